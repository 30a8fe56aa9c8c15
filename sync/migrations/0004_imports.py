from django.db import migrations, models

import investcrm.core.migration_operations


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0003_feed'),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[
                migrations.AddField(
                    model_name='importrow',
                    name='key',
                    field=models.CharField(blank=True, max_length=40),
                ),
                migrations.AddField(
                    model_name='importrow',
                    name='question',
                    field=models.CharField(blank=True, max_length=20),
                ),
                migrations.AddField(
                    model_name='importrun',
                    name='at_row',
                    field=models.PositiveIntegerField(default=0),
                ),
                migrations.AddIndex(
                    model_name='importrow',
                    index=models.Index(condition=models.Q(('key', ''), _negated=True), fields=['run', 'key', 'number'], name='import_row_same'),
                ),
            ],
        ),
    ]

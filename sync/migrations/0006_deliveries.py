from django.db import migrations, models

from investcrm.core.migration_operations import Together


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0005_webhooks'),
    ]

    operations = [Together([
        migrations.AddField(
            model_name='webhookdelivery',
            name='sight',
            field=models.CharField(blank=True, max_length=24),
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='since',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AlterField(
            model_name='webhookdelivery',
            name='status',
            field=models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Given up'), ('superseded', 'Replaced by later ones')], default='waiting', max_length=10),
        ),
    ])]

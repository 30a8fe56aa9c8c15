import investcrm.core.migration_operations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0007_merges'),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[migrations.AlterField(
                model_name='notification',
                name='kind',
                field=models.CharField(choices=[('assigned', 'Something was given to me'), ('mentioned', 'Somebody mentioned me'), ('commented', 'A comment on a lead of mine'), ('moved', 'A lead of mine was moved'), ('protection_ending', 'The protection of a lead of mine ends'), ('answer_due', 'A service request is due'), ('funds_checked', 'Funds that I entered were verified or rejected'), ('merged', 'A lead of mine, or its company, was merged with another')], max_length=20),
            ), migrations.AlterField(
                model_name='notificationchoice',
                name='kind',
                field=models.CharField(choices=[('assigned', 'Something was given to me'), ('mentioned', 'Somebody mentioned me'), ('commented', 'A comment on a lead of mine'), ('moved', 'A lead of mine was moved'), ('protection_ending', 'The protection of a lead of mine ends'), ('answer_due', 'A service request is due'), ('funds_checked', 'Funds that I entered were verified or rejected'), ('merged', 'A lead of mine, or its company, was merged with another')], max_length=20),
            )],
        ),
    ]

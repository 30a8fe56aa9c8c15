import django.db.models.deletion
import django.utils.timezone
import investcrm.core.migration_operations
import uuid6
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0006_list_orders'),
        ('teams', '__first__'),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[migrations.CreateModel(
                name='KeptApart',
                fields=[
                    ('id', models.BigAutoField(primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('lead', 'Lead'), ('company', 'Company'), ('contact', 'Contact')], max_length=10)),
                    ('first_id', models.UUIDField()),
                    ('second_id', models.UUIDField()),
                    ('at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'Pair kept apart',
                    'verbose_name_plural': 'Pairs kept apart',
                    'constraints': [models.UniqueConstraint(fields=('kind', 'first_id', 'second_id'), name='kept_apart_once'), models.CheckConstraint(condition=models.Q(('first_id__lt', models.F('second_id'))), name='kept_apart_in_order')],
                },
            ), migrations.CreateModel(
                name='Merge',
                fields=[
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('kind', models.CharField(choices=[('lead', 'Lead'), ('company', 'Company'), ('contact', 'Contact')], max_length=10)),
                    ('kept_id', models.UUIDField()),
                    ('gone_id', models.UUIDField()),
                    ('replaced', models.JSONField(default=dict)),
                    ('moved', models.JSONField(default=dict)),
                    ('at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'Merge',
                    'verbose_name_plural': 'Merges',
                    'indexes': [models.Index(fields=['kept_id'], name='merge_of_kept')],
                    'constraints': [models.UniqueConstraint(fields=('kind', 'gone_id'), name='merged_once'), models.CheckConstraint(condition=models.Q(('kept_id', models.F('gone_id')), _negated=True), name='merged_into_another')],
                },
            ), migrations.AlterField(
                model_name='exportrecord',
                name='format',
                field=models.CharField(choices=[('xlsx', 'XLSX'), ('csv', 'CSV'), ('jsonl', 'JSON Lines')], max_length=5),
            ), migrations.AlterField(
                model_name='exportrecord',
                name='page',
                field=models.CharField(choices=[('leads', 'Leads'), ('companies', 'Companies'), ('contacts', 'Contacts'), ('interactions', 'Calls and visits'), ('follow_ups', 'Follow-ups'), ('planned_visits', 'Planned visits'), ('service_requests', 'Service requests'), ('funds', 'Arrivals of funds'), ('figure', 'List behind a number'), ('import', 'Result of an import')], max_length=20),
            )],
        ),
    ]

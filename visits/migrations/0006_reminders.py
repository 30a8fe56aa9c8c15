import django.db.models.deletion
import django.utils.timezone
import investcrm.core.migration_operations
import uuid6
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0004_given_up_mails'),
        ('teams', '0005_schedules'),
        ('teams', '__first__'),
        ('visits', '0005_last_visits'),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[migrations.CreateModel(
                name='ReminderChoice',
                fields=[
                    ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='reminder_choice', serialize=False, to=settings.AUTH_USER_MODEL)),
                    ('by_mail', models.BooleanField(default=True, verbose_name='A mail each morning with what is due')),
                ],
                options={
                    'verbose_name': 'Choice of reminders',
                    'verbose_name_plural': 'Choices of reminders',
                },
            ), migrations.CreateModel(
                name='Reminder',
                fields=[
                    ('id', models.UUIDField(default=uuid6.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('day', models.DateField()),
                    ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ('mail', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.outboxmessage')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': 'Reminder',
                    'verbose_name_plural': 'Reminders',
                    'constraints': [models.UniqueConstraint(fields=('user', 'day'), name='reminder_once_a_day')],
                },
            )],
        ),
    ]

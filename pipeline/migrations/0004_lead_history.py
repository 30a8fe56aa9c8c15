from django.db import migrations

from investcrm.core.changes import note_changes_of


class Migration(migrations.Migration):
    """Reports ask for a lead's name and expected signing as known at a position: its history notes changes, too."""

    dependencies = [
        ('pipeline', '0003_reports'),
    ]

    operations = [
        note_changes_of({"projects_leadevent": "lead_history"}),
    ]

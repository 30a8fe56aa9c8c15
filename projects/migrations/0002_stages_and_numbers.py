from django.db import migrations

from projects.stages import seed_stages


def add_default_stages(apps, schema_editor):
    seed_stages(apps.get_model("projects", "Stage"), apps.get_model("projects", "StageRequirement"))


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [
        # the running part of a lead's number; gaps are allowed
        migrations.RunSQL("CREATE SEQUENCE projects_lead_number", "DROP SEQUENCE projects_lead_number"),
        migrations.RunPython(add_default_stages, migrations.RunPython.noop),
    ]

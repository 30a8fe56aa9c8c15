from django.db import migrations

from visits.dossier import seed_dossier


def add_default_items(apps, schema_editor):
    seed_dossier(apps.get_model("visits", "DossierItem"))


class Migration(migrations.Migration):
    dependencies = [("visits", "0002_plans_and_requests")]

    operations = [migrations.RunPython(add_default_items, migrations.RunPython.noop)]

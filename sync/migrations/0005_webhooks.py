import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from investcrm.core.migration_operations import Together


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0004_imports'),
    ]

    operations = [Together([
        pgtrigger.migrations.RemoveTrigger(
            model_name='webhook',
            name='raise_version',
        ),
        migrations.AlterField(
            model_name='webhook',
            name='stop_reason',
            field=models.CharField(blank=True, choices=[('gone', 'The receiver answered 410: it wants no more'), ('failing', 'The receiver did not answer for 3 days'), ('by_hand', 'Stopped by hand'), ('no_access', 'Its account is closed or sees nothing any more')], editable=False, max_length=10),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='webhook',
            trigger=pgtrigger.compiler.Trigger(name='raise_version', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."secret" IS DISTINCT FROM (NEW."secret") OR OLD."stop_reason" IS DISTINCT FROM (NEW."stop_reason") OR OLD."stopped_at" IS DISTINCT FROM (NEW."stopped_at") OR OLD."types" IS DISTINCT FROM (NEW."types") OR OLD."url" IS DISTINCT FROM (NEW."url"))', func='NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;', hash='d07a165ecf1f5057caf0cde622310887e9198d10', operation='UPDATE', pgid='pgtrigger_raise_version_1164d', table='sync_webhook', when='BEFORE')),
        ),
    ])]

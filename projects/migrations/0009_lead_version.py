import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import investcrm.core.migration_operations


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0008_merged_notices"),
    ]

    operations = [
        investcrm.core.migration_operations.Together(
            operations=[
                pgtrigger.migrations.RemoveTrigger(
                    model_name="lead",
                    name="raise_version",
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="lead",
                    trigger=pgtrigger.compiler.Trigger(
                        name="raise_version",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."acquisition_mode" IS DISTINCT FROM (NEW."acquisition_mode") OR OLD."agreed_investment" IS DISTINCT FROM (NEW."agreed_investment") OR OLD."agreement_document_id" IS DISTINCT FROM (NEW."agreement_document_id") OR OLD."agreement_number" IS DISTINCT FROM (NEW."agreement_number") OR OLD."capital_origin" IS DISTINCT FROM (NEW."capital_origin") OR OLD."clear_height_m" IS DISTINCT FROM (NEW."clear_height_m") OR OLD."close_reason" IS DISTINCT FROM (NEW."close_reason") OR OLD."closed_on" IS DISTINCT FROM (NEW."closed_on") OR OLD."company_id" IS DISTINCT FROM (NEW."company_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."deleted_at" IS DISTINCT FROM (NEW."deleted_at") OR OLD."draft_agreement_on" IS DISTINCT FROM (NEW."draft_agreement_on") OR OLD."expected_signing_on" IS DISTINCT FROM (NEW."expected_signing_on") OR OLD."first_contact_on" IS DISTINCT FROM (NEW."first_contact_on") OR OLD."fixed_asset_investment" IS DISTINCT FROM (NEW."fixed_asset_investment") OR OLD."floor_area_m2" IS DISTINCT FROM (NEW."floor_area_m2") OR OLD."floor_load_t_m2" IS DISTINCT FROM (NEW."floor_load_t_m2") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."industry_id" IS DISTINCT FROM (NEW."industry_id") OR OLD."land_mu" IS DISTINCT FROM (NEW."land_mu") OR OLD."landed_on" IS DISTINCT FROM (NEW."landed_on") OR OLD."last_interaction_at" IS DISTINCT FROM (NEW."last_interaction_at") OR OLD."last_progress_on" IS DISTINCT FROM (NEW."last_progress_on") OR OLD."listing" IS DISTINCT FROM (NEW."listing") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_en" IS DISTINCT FROM (NEW."name_en") OR OLD."name_key" IS DISTINCT FROM (NEW."name_key") OR OLD."needs_waterway" IS DISTINCT FROM (NEW."needs_waterway") OR OLD."next_follow_up_on" IS DISTINCT FROM (NEW."next_follow_up_on") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."place" IS DISTINCT FROM (NEW."place") OR OLD."power_kva" IS DISTINCT FROM (NEW."power_kva") OR OLD."referrer_company_id" IS DISTINCT FROM (NEW."referrer_company_id") OR OLD."referrer_contact_id" IS DISTINCT FROM (NEW."referrer_contact_id") OR OLD."registered_capital" IS DISTINCT FROM (NEW."registered_capital") OR OLD."registered_company_id" IS DISTINCT FROM (NEW."registered_company_id") OR OLD."review_conclusion" IS DISTINCT FROM (NEW."review_conclusion") OR OLD."signed_on" IS DISTINCT FROM (NEW."signed_on") OR OLD."site_need" IS DISTINCT FROM (NEW."site_need") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."stage_id" IS DISTINCT FROM (NEW."stage_id") OR OLD."stage_entered_on" IS DISTINCT FROM (NEW."stage_entered_on") OR OLD."stage_kind" IS DISTINCT FROM (NEW."stage_kind") OR OLD."summary" IS DISTINCT FROM (NEW."summary") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."total_investment" IS DISTINCT FROM (NEW."total_investment") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."zone_id" IS DISTINCT FROM (NEW."zone_id"))',
                            func="NEW.version = OLD.version + 1; NEW.updated_at = clock_timestamp(); RETURN NEW;",
                            hash="3b3d50623257c22839fa83f6a1fd3ea5ce536a93",
                            operation="UPDATE",
                            pgid="pgtrigger_raise_version_30143",
                            table="projects_lead",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        ),
    ]

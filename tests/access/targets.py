"""Target letters, targets, tiers, scoring schemes, scores."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from pipeline.services.scoring import add_score_item, create_scheme
from pipeline.services.targets import create_letter
from pipeline.services.tiers import add_tier_item, create_tier
from projects.models import Lead

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {}

# The letter is team G4's: Zhao of G1 does not see it. Tiers and schemes are seen by all who read in the zone. A
# letter without a scan has nothing to fetch.
TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
pipeline:targets                     GET    login 200    200      200    200      200       200   403     200
pipeline:letter_add                  GET    login 403    403      403    200      200       200   403     403
pipeline:letter_add                  POST   login 403    403      403    422      422       422   403     403
pipeline:letter                      GET    login 200    404      200    200      404       200   404     200
pipeline:letter_edit                 GET    login 403    404      403    200      404       200   404     403
pipeline:letter_edit                 POST   login 403    404      403    422      404       422   404     403
pipeline:letter_delete               GET    login 403    404      403    200      404       200   404     403
pipeline:letter_delete               POST   login 403    404      403    302      404       302   404     403
pipeline:letter_apply                GET    login 403    404      403    200      404       200   404     403
pipeline:letter_apply                POST   login 403    404      403    422      404       422   404     403
pipeline:letter_scan                 GET    login 404    404      404    404      404       404   404     404
pipeline:letter_scan_add             POST   login 403    404      403    422      404       422   404     403
pipeline:target_add                  GET    login 403    404      403    200      404       200   404     403
pipeline:target_add                  POST   login 403    404      403    422      404       422   404     403
pipeline:target                      GET    login 200    404      200    200      404       200   404     200
pipeline:target_edit                 GET    login 403    404      403    200      404       200   404     403
pipeline:target_edit                 POST   login 403    404      403    422      404       422   404     403
pipeline:target_delete               GET    login 403    404      403    200      404       200   404     403
pipeline:target_delete               POST   login 403    404      403    302      404       302   404     403
pipeline:targets_panel               GET    login 200    200      200    200      200       200   403     200
pipeline:rule_preview                POST   login 403    403      403    200      200       200   403     403
pipeline:score                       GET    login 200    200      200    200      200       200   403     200
pipeline:templates                   GET    login 200    200      200    200      200       200   403     200
pipeline:template_add                GET    login 403    403      403    200      200       200   403     403
pipeline:template_add                POST   login 403    403      403    422      422       422   403     403
pipeline:template_edit               GET    login 403    403      403    200      404       200   404     403
pipeline:template_edit               POST   login 403    403      403    422      404       422   404     403
pipeline:template_delete             GET    login 403    403      403    200      404       200   404     403
pipeline:template_delete             POST   login 403    403      403    302      404       302   404     403
pipeline:template_item_add           GET    login 403    403      403    200      404       200   404     403
pipeline:template_item_add           POST   login 403    403      403    422      404       422   404     403
pipeline:template_item_edit          GET    login 403    403      403    200      404       200   404     403
pipeline:template_item_edit          POST   login 403    403      403    422      404       422   404     403
pipeline:template_item_delete        GET    login 403    403      403    200      404       200   404     403
pipeline:template_item_delete        POST   login 403    403      403    302      404       302   404     403
pipeline:schemes                     GET    login 200    200      200    200      200       200   403     200
pipeline:scheme_add                  GET    login 403    403      403    200      200       200   403     403
pipeline:scheme_add                  POST   login 403    403      403    422      422       422   403     403
pipeline:scheme_edit                 GET    login 403    403      403    200      404       200   404     403
pipeline:scheme_edit                 POST   login 403    403      403    422      404       422   404     403
pipeline:scheme_delete               GET    login 403    403      403    200      404       200   404     403
pipeline:scheme_delete               POST   login 403    403      403    302      404       302   404     403
pipeline:scheme_end                  GET    login 403    403      403    200      404       200   404     403
pipeline:scheme_end                  POST   login 403    403      403    422      404       422   404     403
pipeline:scheme_continue             GET    login 403    403      403    200      404       200   404     403
pipeline:scheme_continue             POST   login 403    403      403    422      404       422   404     403
pipeline:score_item_add              GET    login 403    403      403    200      404       200   404     403
pipeline:score_item_add              POST   login 403    403      403    422      404       422   404     403
pipeline:score_item_edit             GET    login 403    403      403    200      404       200   404     403
pipeline:score_item_edit             POST   login 403    403      403    422      404       422   404     403
pipeline:score_item_delete           GET    login 403    403      403    200      404       200   404     403
pipeline:score_item_delete           POST   login 403    403      403    302      404       302   404     403
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """A letter of team G4 with a target, a tier with one, and a scheme to come with an item."""
    today = centre.zone.today()
    first, last = datetime.date(today.year, 1, 1), datetime.date(today.year, 12, 31)
    letter = create_letter(
        actor=centre.chen, zone_id=centre.zone.pk,
        values={"team": centre.g4, "title": "责任状", "begins_on": first, "ends_on": last},
        targets=[{"metric": "landed_count", "minimum": Decimal(5), "starts_on": first, "ends_on": last}],
    )  # fmt: skip
    tier = create_tier(actor=centre.chen, zone_id=centre.zone.pk, values={"name_zh": "一档"})
    item = add_tier_item(
        actor=centre.chen, tier_id=tier.pk, values={"metric": "visits", "minimum": Decimal(12), "months": 3}
    )
    scheme = create_scheme(
        actor=centre.chen, zone_id=centre.zone.pk,
        values={"name_zh": "考核办法", "valid_from": today + datetime.timedelta(days=30)},
    )  # fmt: skip
    score_item = add_score_item(
        actor=centre.chen, scheme_id=scheme.pk,
        values={"name_zh": "落地", "metric": "landed_count", "formula": "ratio", "weight": Decimal(20)},
    )  # fmt: skip
    return {
        "letter": letter, "target": letter.targets.get(), "target_template": tier, "template_item": item,
        "scheme": scheme, "score_item": score_item,
    }  # fmt: skip

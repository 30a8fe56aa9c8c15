"""One's own account and administration: people, teams, zones, industries, stages, limits, rates, the dossier."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from projects.models import Lead, Stage
from teams.models import Membership

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {}

# Gu administers one of two zones: stages and rates, which hold for all, are read only for her.
TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
usersessions_list                    GET    login 200    200      200    200      200       200   200     200
teams:session_end                    POST   login 404    404      404    404      404       404   404     404
teams:sessions_end_others            POST   login 302    302      302    302      302       302   302     302
teams:administration                 GET    login 403    403      403    200      200       200   403     403
teams:person                         GET    login 403    403      403    403      403       200   403     403
teams:person_edit                    GET    login 403    403      403    403      403       200   403     403
teams:person_edit                    POST   login 403    403      403    403      403       422   403     403
teams:person_deactivate              POST   login 403    403      403    403      403       302   403     403
teams:person_activate                POST   login 403    403      403    403      403       302   403     403
teams:person_invite                  POST   login 403    403      403    403      403       302   403     403
teams:person_factor_off              POST   login 403    403      403    403      403       302   403     403
teams:membership_edit                GET    login 403    403      403    403      403       200   403     403
teams:membership_edit                POST   login 403    403      403    403      403       422   403     403
teams:team_list                      GET    login 403    403      403    403      403       200   403     403
teams:team_add                       GET    login 403    403      403    403      403       200   403     403
teams:team_add                       POST   login 403    403      403    403      403       422   403     403
teams:team_edit                      GET    login 403    403      403    403      403       200   403     403
teams:team_edit                      POST   login 403    403      403    403      403       422   403     403
teams:zone_settings                  GET    login 403    403      403    403      403       200   403     403
teams:zone_settings                  POST   login 403    403      403    403      403       422   403     403
visits:hand_over                     GET    login 403    403      403    403      403       200   403     403
visits:hand_over                     POST   login 403    403      403    403      403       422   403     403
visits:dossier_items                 GET    login 403    403      403    403      403       200   403     403
visits:dossier_items                 POST   login 403    403      403    403      403       422   403     403
projects:industry_list               GET    login 403    403      403    403      403       200   403     403
projects:industry_add                GET    login 403    403      403    403      403       200   403     403
projects:industry_add                POST   login 403    403      403    403      403       422   403     403
projects:industry_edit               GET    login 403    403      403    403      404       200   403     403
projects:industry_edit               POST   login 403    403      403    403      404       422   403     403
projects:stage_limits                GET    login 403    403      403    403      403       200   403     403
projects:stage_limits                POST   login 403    403      403    403      403       422   403     403
projects:stage_list                  GET    login 403    403      403    403      403       200   403     403
projects:stage_add                   GET    login 403    403      403    403      403       403   403     403
projects:stage_add                   POST   login 403    403      403    403      403       403   403     403
projects:stage_edit                  GET    login 403    403      403    403      403       403   403     403
projects:stage_edit                  POST   login 403    403      403    403      403       403   403     403
projects:stage_retire                POST   login 403    403      403    403      403       403   403     403
projects:rate_list                   GET    login 403    403      403    403      403       200   403     403
projects:rate_list                   POST   login 403    403      403    403      403       403   403     403
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """The rows that these addresses name; the session is nobody's."""
    return {
        "session": SimpleNamespace(pk=0),
        "stage": Stage.objects.get(code="in_talks"),
        "industry": centre.industry,
        "team": centre.g4,
        "user": centre.wang,
        "membership": Membership.objects.get(user=centre.wang),
    }

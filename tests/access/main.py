"""The first rooms: accounts, people, leads, calls and visits, stages, the API."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pipeline.services.moves import move_lead
from projects.models import Lead, Stage
from projects.services.companies import create_contact
from teams.models import Membership
from tests.factories import log
from visits.models import FollowUp

ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {
    ("visits:log_context", "GET"): {"prefix": "p0", "p0-lead": "{lead_id}"},
    ("projects:company_settled", "POST"): {"zone": "guangling"},
    ("api:lead-list", "POST"): {"zone": "guangling", "name": "新项目", "company": "{company_id}"},
    ("api:company-list", "POST"): {"name": "新公司"},
    ("api:contact-list", "POST"): {"zone": "guangling", "company": "{company_id}", "name": "李四"},
    ("api:interaction-list", "POST"): {"channel": "phone", "lead": "{lead_id}"},
    ("api:lead-moves", "POST"): {"to_stage": "enquiry", "note": "回到线索"},
}

TABLE = r"""
address                              method anon  member outsider leader director elsewhere admin contrib observer
visits:today                         GET    login 200    200      200    200      200       200   200     200
visits:log_box                       GET    login 200    200      200    200      200       200   403     403
visits:log_box                       POST   login 422    422      422    422      422       422   403     403
visits:log_party                     GET    login 200    200      200    200      200       200   200     200
visits:log_context                   GET    login 200    200      200    200      200       200   200     200
visits:interaction_list              GET    login 200    200      200    200      200       200   200     200
visits:interaction_edit              GET    login 200    404      200    200      404       200   404     403
visits:interaction_edit              POST   login 422    404      422    422      404       422   404     403
visits:interaction_undo              POST   login 302    404      302    302      404       302   404     403
visits:lead_timeline                 GET    login 200    404      200    200      404       200   404     200
visits:follow_up_add                 GET    login 200    404      200    200      404       200   404     403
visits:follow_up_add                 POST   login 422    404      422    422      404       422   404     403
visits:follow_up_reschedule          GET    login 200    404      200    200      404       200   404     403
visits:follow_up_reschedule          POST   login 422    404      422    422      404       422   404     403
visits:follow_up_cancel              GET    login 200    404      200    200      404       200   404     403
visits:follow_up_cancel              POST   login 422    404      422    422      404       422   404     403
projects:lead_list                   GET    login 200    200      200    200      200       200   200     200
projects:lead_count                  GET    login 200    200      200    200      200       200   200     200
projects:lead_create                 GET    login 200    200      200    200      200       200   200     403
projects:lead_create                 POST   login 422    422      422    422      422       422   422     403
projects:lead_options                GET    login 200    200      200    200      200       200   200     200
projects:similar                     GET    login 200    200      200    200      200       200   200     403
projects:lead                        GET    login 200    404      200    200      404       200   404     200
projects:lead_edit                   GET    login 200    404      200    200      404       200   404     403
projects:lead_edit                   POST   login 422    404      422    422      404       422   404     403
projects:lead_delete                 GET    login 403    404      200    200      404       200   404     403
projects:lead_delete                 POST   login 403    404      422    422      404       422   404     403
projects:lead_history                GET    login 200    404      200    200      404       200   404     200
projects:milestone_set               GET    login 200    404      200    200      404       200   404     403
projects:milestone_set               POST   login 422    404      422    422      404       422   404     403
projects:company_list                GET    login 200    200      200    200      200       200   200     200
projects:company_create              GET    login 200    200      200    200      200       200   200     403
projects:company_create              POST   login 422    422      422    422      422       422   422     403
projects:company_options             GET    login 200    200      200    200      200       200   200     200
projects:company                     GET    login 200    200      200    200      200       200   200     200
projects:company_edit                GET    login 200    200      200    200      200       200   403     403
projects:company_edit                POST   login 422    422      422    422      422       422   403     403
projects:company_settled             POST   login 302    302      302    302      404       302   403     403
projects:contact_create              GET    login 200    200      200    200      200       200   403     403
projects:contact_create              POST   login 422    422      422    422      422       422   403     403
projects:contact_options             GET    login 200    200      200    200      200       200   200     200
projects:contact_edit                GET    login 200    404      200    200      404       200   404     403
projects:contact_edit                POST   login 422    404      422    422      404       422   404     403
projects:contact_delete              GET    login 200    404      200    200      404       200   404     403
projects:contact_delete              POST   login 204    404      204    204      404       204   404     403
pipeline:board                       GET    login 200    200      200    200      200       200   200     200
pipeline:column                      GET    login 200    200      200    200      200       200   200     200
pipeline:move                        GET    login 200    404      200    200      404       200   404     403
pipeline:move                        POST   login 422    404      422    422      404       422   404     403
pipeline:stepper                     GET    login 200    404      200    200      404       200   404     200
pipeline:correct                     GET    login 403    404      200    200      404       200   404     403
pipeline:correct                     POST   login 403    404      422    422      404       422   404     403
pipeline:lead_moves                  GET    login 200    404      200    200      404       200   404     200
teams:profile                        GET    login 200    200      200    200      200       200   200     200
teams:profile                        POST   login 422    422      422    422      422       422   422     422
teams:people                         GET    login 403    403      403    403      403       200   403     403
teams:person_add                     GET    login 403    403      403    403      403       200   403     403
teams:person_add                     POST   login 403    403      403    403      403       422   403     403
teams:membership_add                 GET    login 403    403      403    403      403       200   403     403
teams:membership_add                 POST   login 403    403      403    403      403       422   403     403
teams:membership_end                 GET    login 403    403      403    403      403       200   403     403
teams:membership_end                 POST   login 403    403      403    403      403       422   403     403
core:set_language                    POST   302   302    302      302    302      302       302   302     302
core:healthz                         GET    200   200    200      200    200      200       200   200     200
account_login                        GET    200   302    302      302    302      302       302   302     302
account_login                        POST   200   302    302      302    302      302       302   302     302
account_logout                       GET    login 200    200      200    200      200       200   200     200
account_logout                       POST   login login  login    login  login    login     login login   login
account_inactive                     GET    200   200    200      200    200      200       200   200     200
account_signup                       GET    200   302    302      302    302      302       302   302     302
account_signup                       POST   200   302    302      302    302      302       302   302     302
account_reauthenticate               GET    login 200    200      200    200      200       200   200     200
account_reauthenticate               POST   login 200    200      200    200      200       200   200     200
account_email                        GET    login 200    200      200    200      200       200   200     200
account_email                        POST   login 302    302      302    302      302       302   302     302
account_email_verification_sent      GET    200   200    200      200    200      200       200   200     200
account_change_password              GET    login 200    200      200    200      200       200   200     200
account_change_password              POST   login 200    200      200    200      200       200   200     200
account_set_password                 GET    login 302    302      302    302      302       302   302     302
account_set_password                 POST   login 302    302      302    302      302       302   302     302
account_reset_password               GET    200   200    200      200    200      200       200   200     200
account_reset_password               POST   200   200    200      200    200      200       200   200     200
account_confirm_login_code           GET    login 302    302      302    302      302       302   302     302
account_confirm_login_code           POST   login 302    302      302    302      302       302   302     302
account_confirm_email                GET    200   200    200      200    200      200       200   200     200
account_confirm_email                POST   404   404    404      404    404      404       404   404     404
account_reset_password_from_key_done GET    200   200    200      200    200      200       200   200     200
account_reset_password_from_key      GET    200   200    200      200    200      200       200   200     200
account_reset_password_from_key      POST   200   200    200      200    200      200       200   200     200
account_reset_password_done          GET    200   200    200      200    200      200       200   200     200
mfa_index                            GET    login 200    200      200    200      200       200   200     200
mfa_authenticate                     GET    login 302    302      302    302      302       302   302     302
mfa_authenticate                     POST   login 302    302      302    302      302       302   302     302
mfa_reauthenticate                   GET    login 302    302      302    302      302       302   302     302
mfa_reauthenticate                   POST   login 302    302      302    302      302       302   302     302
mfa_activate_totp                    GET    login 302    302      302    302      302       302   302     302
mfa_activate_totp                    POST   login 302    302      302    302      302       302   302     302
mfa_deactivate_totp                  GET    login 404    404      404    404      404       404   404     404
mfa_deactivate_totp                  POST   login 404    404      404    404      404       404   404     404
mfa_view_recovery_codes              GET    login 404    404      404    404      404       404   404     404
mfa_generate_recovery_codes          GET    login 302    302      302    302      302       302   302     302
mfa_generate_recovery_codes          POST   login 302    302      302    302      302       302   302     302
mfa_download_recovery_codes          GET    login 404    404      404    404      404       404   404     404
mfa_download_recovery_codes          POST   login 404    404      404    404      404       404   404     404
problem                              GET    200   200    200      200    200      200       200   200     200
problem                              POST   200   200    200      200    200      200       200   200     200
api:lead-list                        GET    401   200    200      200    200      200       200   200     200
api:lead-list                        POST   401   201    201      201    201      422       201   201     403
api:lead-count                       GET    401   200    200      200    200      200       200   200     200
api:lead-detail                      GET    401   200    404      200    200      404       200   404     200
api:lead-detail                      PATCH  401   200    404      200    200      404       200   404     403
api:lead-detail                      DELETE 401   403    404      204    204      404       204   404     403
api:company-list                     GET    401   200    200      200    200      200       200   200     200
api:company-list                     POST   401   201    201      201    201      201       201   201     403
api:company-count                    GET    401   200    200      200    200      200       200   200     200
api:company-detail                   GET    401   200    200      200    200      200       200   200     200
api:company-detail                   PATCH  401   200    200      200    200      200       200   403     403
api:contact-list                     GET    401   200    200      200    200      200       200   200     200
api:contact-list                     POST   401   201    201      201    201      422       201   403     403
api:contact-count                    GET    401   200    200      200    200      200       200   200     200
api:contact-detail                   GET    401   200    404      200    200      404       200   404     200
api:contact-detail                   PATCH  401   200    404      200    200      404       200   404     403
api:contact-detail                   DELETE 401   204    404      204    204      404       204   404     403
api:interaction-list                 GET    401   200    200      200    200      200       200   200     200
api:interaction-list                 POST   401   201    422      201    201      422       201   422     403
api:interaction-count                GET    401   200    200      200    200      200       200   200     200
api:interaction-detail               GET    401   200    404      200    200      404       200   404     200
api:interaction-detail               PATCH  401   200    404      200    200      404       200   404     403
api:interaction-detail               DELETE 401   204    404      204    204      404       204   404     403
api:stage-list                       GET    401   200    200      200    200      200       200   200     200
api:stage-count                      GET    401   200    200      200    200      200       200   200     200
api:stage-detail                     GET    401   200    200      200    200      200       200   200     200
api:stage-move-list                  GET    401   200    200      200    200      200       200   200     200
api:stage-move-count                 GET    401   200    200      200    200      200       200   200     200
api:stage-move-detail                GET    401   200    404      200    200      404       200   404     200
api:industry-list                    GET    401   200    200      200    200      200       200   200     200
api:industry-count                   GET    401   200    200      200    200      200       200   200     200
api:industry-detail                  GET    401   200    200      200    200      404       200   200     200
api:zone-list                        GET    401   200    200      200    200      200       200   200     200
api:zone-count                       GET    401   200    200      200    200      200       200   200     200
api:zone-detail                      GET    401   200    200      200    200      404       200   200     200
api:team-list                        GET    401   200    200      200    200      200       200   200     200
api:team-count                       GET    401   200    200      200    200      200       200   200     200
api:team-detail                      GET    401   200    200      200    200      404       200   200     200
api:user-list                        GET    401   200    200      200    200      200       200   200     200
api:user-count                       GET    401   200    200      200    200      200       200   200     200
api:user-detail                      GET    401   200    200      200    200      404       200   200     200
api:lead-moves                       GET    401   200    404      200    200      404       200   404     200
api:lead-moves                       POST   401   201    404      201    201      404       201   404     403
api:lead-next-stages                 GET    401   200    404      200    200      404       200   404     200
api:schema                           GET    200   200    200      200    200      200       200   200     200
api:docs                             GET    200   200    200      200    200      200       200   200     200
^api/(?P<rest>(?s:.*))\Z              GET    404   404    404      404    404      404       404   404     404
^api/(?P<rest>(?s:.*))\Z              POST   404   404    404      404    404      404       404   404     404
"""


def make(centre: SimpleNamespace, lead: Lead) -> dict[str, Any]:
    """The rows that these addresses name."""
    interaction = log(centre.wang, lead, summary="谈", next_follow_up_on=centre.zone.today())
    return {
        "company": lead.company,
        "contact": create_contact(actor=centre.wang, zone=centre.zone, company=lead.company, name="张三"),
        "interaction": interaction,
        "stage": Stage.objects.get(code="in_talks"),
        "stage-move": move_lead(actor=centre.wang, lead_id=lead.pk, to_stage="in_talks"),
        "industry": centre.industry,
        "zone": centre.zone,
        "team": centre.g4,
        "user": centre.wang,
        "follow_up": FollowUp.objects.get(),
        "membership": Membership.objects.get(user=centre.wang),
    }

"""Every address of the URL configuration, asked by everybody: one table says what each role gets.

An address without a row fails here, so that nothing is added without saying who may reach it. The administration
site is for staff, which none of these people is; what staff sees there is tests/teams/test_admin.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from pipeline.services import move_lead
from projects.models import Stage
from projects.services.companies import create_contact
from teams.models import Membership
from tests.factories import log, make_lead
from visits.models import FollowUp

# A lead of team G4 that Wang (member) entered is asked for. Zhao is in another team, Qian directs another zone, Bao
# only reports leads, Sun only reads.
ROLES = {
    "anon": None, "member": "wang", "outsider": "zhao", "leader": "li", "director": "chen", "elsewhere": "qian",
    "admin": "gu", "contrib": "bao", "observer": "sun",
}  # fmt: skip
# What some addresses need to be asked with; the rest is asked bare, so that a page whose form may be sent says 422.
ASKED_WITH: dict[tuple[str, str], dict[str, str]] = {
    ("visits:log_context", "GET"): {"prefix": "p0", "p0-lead": "{lead_id}"},
    ("projects:company_settled", "POST"): {"zone": "guangling"},
    ("api:lead-list", "POST"): {"zone": "guangling", "name": "新项目", "company": "{company_id}"},
    ("api:company-list", "POST"): {"name": "新公司"},
    ("api:contact-list", "POST"): {"zone": "guangling", "company": "{company_id}", "name": "李四"},
    ("api:interaction-list", "POST"): {"channel": "phone", "lead": "{lead_id}"},
    ("api:lead-moves", "POST"): {"to_stage": "enquiry", "note": "回到线索"},
}

# login: sent to the sign-in page. 404 hides a row; 403 is for what the role may not do with a row it sees.
# A method without a row is refused to everybody (405).
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
^api/(?P<rest>.*)$                   GET    404   404    404      404    404      404       404   404     404
^api/(?P<rest>.*)$                   POST   404   404    404      404    404      404       404   404     404
"""


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    """No password is asked for here, and no role meets the limits that another has used up."""
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def rows() -> dict[tuple[str, str], dict[str, str]]:
    """What the table expects, by address and method."""
    head, *lines = (line.split() for line in TABLE.strip().splitlines())
    return {(line[0], line[1]): dict(zip(head[2:], line[2:], strict=True)) for line in lines}


def addresses(patterns: list[Any] | None = None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Each address of the configuration: its full name (its route where it has none) and its route."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield (space + pattern.name if pattern.name else route), route


def methods_of(name: str) -> tuple[str, ...]:
    return ("GET", "POST", "PATCH", "DELETE") if name.startswith("api:") else ("GET", "POST")


def is_admin(route: str) -> bool:
    return route.startswith("admin/")


PAGES = {name: route for name, route in addresses() if not is_admin(route)}


def path_of(route: str, values: dict[str, str]) -> str:
    """The route as a path, its parameters filled in."""
    text = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: values[match[1]], route) if "(?P" not in route else route
    text = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda match: values[match[1]], text)
    return "/" + text.replace("^", "").replace("$", "")


class Asker:
    """Asks addresses as one role, always of the same rows."""

    def __init__(self, centre: SimpleNamespace, role: str) -> None:
        self.client = Client(raise_request_exception=False)
        if ROLES[role]:
            self.client.force_login(getattr(centre, str(ROLES[role])))
        lead = make_lead(centre.wang, centre.zone, team=centre.g4, owner=centre.wang, industry=centre.industry)
        interaction = log(centre.wang, lead, summary="谈", next_follow_up_on=centre.zone.today())
        move = move_lead(actor=centre.wang, lead_id=lead.pk, to_stage="in_talks")
        contact = create_contact(actor=centre.wang, zone=centre.zone, company=lead.company, name="张三")
        ids = {
            "lead": lead, "company": lead.company, "contact": contact, "interaction": interaction,
            "stage": Stage.objects.get(code="in_talks"), "stage-move": move, "industry": centre.industry,
            "zone": centre.zone, "team": centre.g4, "user": centre.wang, "follow_up": FollowUp.objects.get(),
            "membership": Membership.objects.get(user=centre.wang),
        }  # fmt: skip
        self.rows = {name: str(row.pk) for name, row in ids.items()}
        self.values = {f"{name}_id": pk for name, pk in self.rows.items()} | {
            "stage": "in_talks", "kind": "registered", "slug": "not-found", "rest": "nowhere", "key": "nokey",
            "uidb36": "nobody", "object_id": self.rows["lead"], "content_type_id": "1", "app_label": "projects",
            "url": "nowhere",
        }  # fmt: skip

    def ask(self, name: str, route: str, method: str) -> str:
        """The status, or `login`; whatever the request changed is taken back."""
        resource = name.removeprefix("api:").rpartition("-")[0]
        path = path_of(route, {**self.values, "pk": self.rows.get(resource, self.rows["lead"])})
        data = {key: text.format(**self.values) for key, text in ASKED_WITH.get((name, method), {}).items()}
        cookies = dict(self.client.cookies)
        point = transaction.savepoint()
        try:
            if name.startswith("api:") and method != "GET":
                answer = self.client.generic(method, path, json.dumps(data), "application/json")
            else:
                answer = getattr(self.client, method.lower())(path, data)
        finally:
            transaction.savepoint_rollback(point)
            self.client.cookies.clear()
            self.client.cookies.update(cookies)
        to = answer.headers.get("Location", "")
        return "login" if to.startswith(("/accounts/login/", "/admin/login/")) else str(answer.status_code)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    known = {name for name, _method in rows()}
    new = set(PAGES) - known
    assert not new, f"Say in TABLE who may reach these addresses: {sorted(new)}"
    gone = known - set(PAGES)
    assert not gone, f"These rows of TABLE have no address any more: {sorted(gone)}"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(role: str, centre: SimpleNamespace) -> None:
    asker = Asker(centre, role)
    wrong = []
    for (name, method), expected in rows().items():
        if name in PAGES and (status := asker.ask(name, PAGES[name], method)) != expected[role]:
            wrong.append(f"{name} {method}: {status} instead of {expected[role]}")
    assert not wrong, "\n".join(wrong)


def test_a_method_without_a_row_is_refused(centre: SimpleNamespace) -> None:
    asker = Asker(centre, "admin")
    listed = rows()
    wrong = []
    for name, route in PAGES.items():
        for method in methods_of(name):
            if (name, method) not in listed and (status := asker.ask(name, route, method)) != "405":
                wrong.append(f"{name} {method}: {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_the_administration_site_is_closed_to_who_is_not_staff(role: str, centre: SimpleNamespace) -> None:
    asker = Asker(centre, role)
    for name, route in addresses():
        if is_admin(route) and name not in {"admin:login", "admin:logout"}:
            assert asker.ask(name, route, "GET") == "login", route

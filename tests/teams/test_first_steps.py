"""A new installation, from the first account to the first lead, as the README tells it."""

import datetime
import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from projects.models import Company, Industry, Lead, Stage, StageRequirement
from projects.stages import seed_stages
from teams.models import Team, User, Zone
from tests.factories import PASSWORD


def test_from_the_keeper_to_the_first_lead(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: object, client: Client
) -> None:
    seed_stages(Stage, StageRequirement)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", username="keeper", display_name="Keeper", verbosity=0)
    assert client.login(username="keeper", password=PASSWORD)

    limits = {
        "idle_yellow_days": 60,
        "idle_red_days": 90,
        "idle_close_days": 180,
        "protection_days": 90,
        "care_visit_days": 90,
        "request_answer_days": 1,
        "request_settle_days": 15,
        "request_report_days": 3,
    }
    zone = {"code": "north", "name_zh": "北园", "name_en": "North", "time_zone": "Asia/Shanghai", **limits}
    assert client.post(reverse("admin:teams_zone_add"), zone).status_code == 302
    north = Zone.objects.get(code="north")
    team = {"zone": north.id, "code": "N1", "name_zh": "一组", "name_en": "Team 1"}
    assert client.post(reverse("admin:teams_team_add"), team).status_code == 302
    industry = {"zone": north.id, "code": "equipment", "name_zh": "装备", "name_en": "Equipment"}
    assert client.post(reverse("admin:projects_industry_add"), industry).status_code == 302
    assert Industry.objects.get().zone == north

    officer = {
        "display_name": "新同事",
        "username": "newcomer",
        "email": "newcomer@example.org",
        "role": "member",
        "team": Team.objects.get().id,
        "starts_on": datetime.date(2026, 1, 1).isoformat(),
    }
    assert client.post(reverse("teams:person_add"), officer).status_code == 302
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.outbox[0].body)
    assert link is not None
    assert User.objects.get(username="newcomer").has_usable_password() is False

    newcomer = Client()
    form = newcomer.get(link[1], follow=True)
    done = newcomer.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    assert done.status_code == 302
    assert newcomer.login(username="newcomer", password=PASSWORD)
    lead = {"name": "第一个项目", "new_company": "苏州第一有限公司", "currency": "CNY", "team": Team.objects.get().id}
    lead |= {"capital_origin": "domestic", "listing": "none"}
    assert newcomer.post(reverse("projects:lead_create"), lead).status_code == 302
    assert Lead.objects.get().company == Company.objects.get()

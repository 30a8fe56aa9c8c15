"""Keys: how they are issued, what they open, and when they do not."""

from __future__ import annotations

import datetime
import io
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.http import Http404
from django.test import Client as Browser
from django.utils import timezone

from investcrm.core import key_use
from projects.models import Lead
from sync.models import ApiKey, KeyState
from sync.services.keys import issue_key, issue_own_key, revoke_key, revoke_keys
from teams.models import User
from tests.api_help import Client, read
from tests.factories import make_company, make_lead, make_team, make_user


def issue(*arguments: str) -> str:
    out = io.StringIO()
    call_command("issue_key", *arguments, stdout=out)
    return out.getvalue().splitlines()[-1]


def with_key(secret: str) -> Client:
    client = Client()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def test_a_directors_key_opens_the_whole_zone(centre: SimpleNamespace) -> None:
    make_lead(centre.li, centre.zone, team=centre.g4)
    secret = issue("stats", "--role", "director", "--zone", "guangling", "--scopes", "read,write")
    account = User.objects.get(username="stats")
    assert (account.is_service_account, account.has_usable_password()) == (True, False)
    assert len(with_key(secret).read("leads/")["results"]) == 1
    assert secret not in str(ApiKey.objects.values())


def test_a_members_key_opens_its_team_only(centre: SimpleNamespace) -> None:
    ours = make_lead(centre.li, centre.zone, team=centre.g4)
    make_lead(centre.chen, centre.zone, team=centre.g1, name="theirs")
    client = with_key(issue("g4-sync", "--role", "member", "--team", "G4"))
    assert [row["id"] for row in client.read("leads/")["results"]] == [str(ours.id)]


def test_without_a_zone_it_is_the_first_one(centre: SimpleNamespace) -> None:
    zones = with_key(issue("stats", "--role", "observer")).read("zones/")["results"]
    assert [zone["code"] for zone in zones] == ["guangling"]


def test_a_second_key_and_a_second_zone_are_added_to_the_account(centre: SimpleNamespace) -> None:
    first = issue("stats", "--role", "observer", "--zone", "guangling")
    second = issue("STATS", "--role", "observer", "--zone", "qingbaijiang", "--label", "night run")
    assert first != second
    assert len(with_key(first).read("zones/")["results"]) == 2
    assert User.objects.filter(is_service_account=True).count() == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["stats", "--role", "observer", "--zone", "nowhere"],
        ["stats", "--role", "member", "--zone", "guangling"],
        ["stats", "--role", "member", "--team", "G9"],
        ["stats", "--role", "member", "--team", "G1"],
        ["stats", "--role", "director", "--team", "G4"],
        ["stats", "--role", "observer", "--scopes", "read,fly"],
        ["stats", "--role", "observer", "--scopes", ""],
        ["stats", "--role", "observer", "--days", "0"],
        ["stats"],
        ["wang", "--role", "director"],
    ],
)
def test_a_mistake_is_a_plain_sentence_and_makes_nothing(centre: SimpleNamespace, arguments: list[str]) -> None:
    make_team(centre.other_zone, "G1")
    with pytest.raises(CommandError) as refused:
        issue(*arguments)
    assert str(refused.value)
    assert not ApiKey.objects.exists()
    assert not User.objects.filter(username="stats").exists()


def test_a_role_that_would_change_other_keys_is_refused(centre: SimpleNamespace) -> None:
    issue("stats", "--role", "observer")
    with pytest.raises(CommandError):
        issue("stats", "--role", "director")
    assert ApiKey.objects.count() == 1


def test_a_person_may_have_a_key_that_sees_what_they_see(centre: SimpleNamespace) -> None:
    make_lead(centre.chen, centre.zone, team=centre.g1)
    assert with_key(issue("wang")).read("leads/")["results"] == []


@pytest.mark.parametrize("secret", ["", "x", "0" * 64, "é" * 30, "a b", "0" * 5000])
def test_a_bad_key_is_401(centre: SimpleNamespace, secret: str) -> None:
    response = with_key(secret).get("/api/v1/leads/")
    read(response, 401)
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_no_key_expired_key_revoked_key_and_inactive_account_are_401(centre: SimpleNamespace) -> None:
    read(Browser().get("/api/v1/leads/"), 401)
    secret = issue("stats", "--role", "observer", "--days", "1")
    client = with_key(secret)
    client.read("leads/")
    User.objects.filter(username="stats").update(is_active=False)
    client.read("leads/", 401)
    User.objects.filter(username="stats").update(is_active=True)
    ApiKey.objects.update(expiry=timezone.now() - datetime.timedelta(seconds=1))
    client.read("leads/", 401)
    ApiKey.objects.update(expiry=None)
    client.read("leads/")
    call_command("revoke_keys", "stats", stdout=io.StringIO())
    client.read("leads/", 401)


def test_a_key_that_may_only_read_writes_nothing(centre: SimpleNamespace) -> None:
    company = make_company(centre.chen)
    lead = make_lead(centre.chen, centre.zone, company=company)
    client = with_key(issue("stats", "--role", "director", "--scopes", "read"))
    client.make("leads/", {"name": "x", "company": str(company.id)}, 403)
    client.change(f"leads/{lead.id}/", {"name": "x"}, 403, if_match=1)
    read(client.send("DELETE", f"leads/{lead.id}/", if_match=1), 403)
    client.make(f"leads/{lead.id}/moves/", {"to_stage": "closed", "fields": {"close_reason": "x"}}, 403)
    client.make("interactions/", {"lead": str(lead.id), "channel": "phone"}, 403)
    assert Lead.objects.get().version == 1


def test_a_key_that_may_only_write_reads_nothing(centre: SimpleNamespace) -> None:
    client = with_key(issue("stats", "--role", "director", "--scopes", "write"))
    client.read("leads/", 403)
    client.make("companies/", {"name": "x"})


def test_a_browser_session_may_call_too_but_needs_the_csrf_token(centre: SimpleNamespace) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(centre.wang)
    assert browser.get("/api/v1/leads/").status_code == 200
    refused = browser.post(
        "/api/v1/companies/", {"name": "x"}, content_type="application/json", headers={"Accept-Language": "zh-Hans"}
    )
    assert read(refused, 403)["detail"] == "缺少 CSRF 令牌或令牌有误：请在请求头 X-CSRFToken 中发送。"


def test_nobody_gives_away_more_than_they_may_do(centre: SimpleNamespace) -> None:
    with pytest.raises(PermissionDenied):
        issue_key(actor=centre.wang, account="stats", role="observer", zone=centre.zone)
    with pytest.raises(PermissionDenied):
        issue_key(actor=centre.chen, account="stats", role="administrator", zone=centre.zone)
    issued = issue_key(actor=centre.chen, account="stats", role="director", zone=centre.zone)
    with pytest.raises(PermissionDenied):
        revoke_keys(actor=centre.qian, account=issued.key.user)
    assert revoke_keys(actor=centre.chen, account=issued.key.user) == 1


def test_nobody_gets_a_key_of_an_account_that_may_do_more(centre: SimpleNamespace) -> None:
    boss = User.objects.create_superuser("boss", "a long test password", display_name="Boss")
    issue_key(actor=None, account="robot", role="administrator", zone=centre.zone)
    elsewhere = issue_key(actor=None, account="far", role="observer", zone=centre.other_zone).key.user
    for account in (boss.username, "gu", "wang", "robot", elsewhere.username):
        with pytest.raises(PermissionDenied):
            issue_key(actor=centre.chen, account=account, role=None, zone=centre.zone)
    assert ApiKey.objects.count() == 2


def test_the_scope_admin_is_reading_and_writing_too(centre: SimpleNamespace) -> None:
    client = with_key(issue("stats", "--role", "director", "--scopes", "admin"))
    client.read("leads/")
    client.make("companies/", {"name": "x"})


def test_a_key_may_be_limited_to_source_systems(centre: SimpleNamespace) -> None:
    issue("stats", "--role", "observer", "--systems", "erp, oa,erp")
    assert ApiKey.objects.get().source_systems == ["erp", "oa"]
    with pytest.raises(CommandError):
        issue("stats", "--systems", "e/r p")


def test_revoked_keys_stay_in_the_table(centre: SimpleNamespace) -> None:
    client = with_key(issue("stats", "--role", "observer"))
    call_command("revoke_keys", "STATS", stdout=io.StringIO())
    client.read("leads/", 401)
    key = ApiKey.objects.get()
    assert (key.state, key.revoked_at is not None) == (KeyState.REVOKED, True)


def test_who_makes_a_key_is_known(centre: SimpleNamespace) -> None:
    issued = issue_key(actor=centre.chen, account="stats", role="observer", zone=centre.zone)
    assert issued.key.created_by == centre.chen


def test_one_key_is_revoked_and_the_others_go_on(centre: SimpleNamespace) -> None:
    first = issue_key(actor=None, account="stats", role="observer", zone=centre.zone)
    second = issue_key(actor=None, account="stats", role=None, zone=centre.zone)
    revoke_key(actor=centre.chen, digest=first.key.digest)
    with_key(first.secret).read("leads/", 401)
    with_key(second.secret).read("leads/")


@pytest.mark.parametrize(("name", "refusal"), [("wang", Http404), ("qian", Http404), ("chen", PermissionDenied)])
def test_a_key_is_revoked_by_who_may_do_all_that_it_may(
    centre: SimpleNamespace, name: str, refusal: type[Exception]
) -> None:
    issued = issue_key(actor=None, account="robot", role="administrator", zone=centre.zone)
    with pytest.raises(refusal):
        revoke_key(actor=getattr(centre, name), digest=issued.key.digest)
    with_key(issued.secret).read("leads/")


def test_a_person_makes_and_revokes_keys_of_their_own(centre: SimpleNamespace) -> None:
    issued = issue_own_key(actor=centre.wang, scopes=["read"], label="my script")
    with_key(issued.secret).read("leads/")
    with pytest.raises(Http404):
        revoke_key(actor=centre.chen, digest=issued.key.digest)
    revoke_key(actor=centre.wang, digest=issued.key.digest)
    with_key(issued.secret).read("leads/", 401)


def test_nobody_without_the_right_gives_themselves_a_key_that_administers(centre: SimpleNamespace) -> None:
    with pytest.raises(ValidationError):
        issue_own_key(actor=centre.wang, scopes=["admin"])
    with pytest.raises(PermissionDenied):
        issue_own_key(actor=make_user("nobody"), scopes=["read"])
    assert not ApiKey.objects.exists()
    issue_own_key(actor=centre.chen, scopes=["admin"])


def test_the_last_use_is_noted_once_a_minute(centre: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[dict[str, str]] = []
    monkeypatch.setattr(key_use, "enqueue", lambda name, **values: queued.append({"name": name, **values}))
    client = with_key(issue("stats", "--role", "observer"))
    for _each in range(3):
        client.read("leads/")
    assert [one["name"] for one in queued] == ["core.note_key_use"]
    digest, used_at = queued[0]["digest"], datetime.datetime.fromisoformat(queued[0]["used_at"])
    assert key_use.note_use(digest, used_at)
    assert not key_use.note_use(digest, used_at + datetime.timedelta(seconds=59))
    assert key_use.note_use(digest, used_at + datetime.timedelta(seconds=60))
    assert ApiKey.objects.get().last_used_at == used_at + datetime.timedelta(seconds=60)

"""Pages of target letters: entering by a form with rows, errors beside the fields, two editors, scans, fragments."""

import datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pipeline.models import LetterScan, ScoreItem, ScoringScheme, Target, TargetLetter
from pipeline.services.targets import create_letter, update_target
from pipeline.services.tiers import add_tier_item, create_tier
from tests.documents_help import PDF, use_folders
from tests.factories import make_lead, make_team
from tests.projects.pages import signed_in

FIRST, LAST = datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)
NEW = "/targets/new/"


def letter_of(centre: SimpleNamespace, **changes: Any) -> TargetLetter:
    """A letter of team G4 that asks for 5 landed projects in 2025."""
    rule = {"metric": "landed_count", "minimum": Decimal(5), "starts_on": FIRST, "ends_on": LAST}
    values = {"team": centre.g4, "title": "2025年责任状", "begins_on": FIRST, "ends_on": LAST, **changes}
    return create_letter(
        actor=centre.chen, zone_id=centre.zone.pk, values=values, targets=[rule], confirm_overlap=True
    )


def typed(centre: SimpleNamespace, *rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """What the browser would send of a new letter."""
    data = {
        "token": "01999999-0000-7000-8000-000000000001", "title": "2025年责任状", "team": str(centre.g4.pk),
        "begins_on": "2025-01-01", "ends_on": "2025-12-31", "rows": str(len(rows)), **changes,
    }  # fmt: skip
    for number, row in enumerate(rows):
        data |= {f"t{number}-{name}": value for name, value in row.items()}
    return data


LANDED = {"metric": "landed_count", "minimum": "5", "window": "letter", "total_investment_cny": "10亿"}


def row_errors(response: HttpResponse) -> list[dict[str, list[str]]]:
    """The codes of the rows' errors, by field."""
    return [
        {name: [error.code for error in of_field] for name, of_field in row.errors.as_data().items()}
        for row in response.context["rows"]
    ]


def test_a_letter_is_entered_with_rows_and_a_row_left_empty_is_no_target(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    quarter = {"metric": "visits", "minimum": "12", "window": "q2"}
    response = client.post(NEW, typed(centre, LANDED, {}, quarter))
    letter = TargetLetter.objects.get()
    assert response["Location"] == f"/targets/{letter.pk}/"
    large, visits = letter.targets.order_by("position")
    assert (large.total_investment_usd, large.starts_on, large.ends_on) == (Decimal(100_000_000), FIRST, LAST)
    assert (visits.starts_on, visits.ends_on) == (datetime.date(2025, 4, 1), datetime.date(2025, 6, 30))
    client.post(NEW, typed(centre, LANDED))
    assert TargetLetter.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"window": ""}, "window", "required"),
        ({"window": "dates", "starts_on": "2025-01-01"}, "ends_on", "required"),
        ({"window": "dates", "starts_on": "2024-12-01", "ends_on": "2025-02-01"}, "starts_on", "outside_letter"),
        ({"minimum": "0"}, "minimum", "not_positive"),
        ({"minimum": "many"}, "minimum", "invalid_amount"),
        ({"metric": ""}, "metric", "required"),
        ({"registered_capital_cny": "2000万"}, "registered_capital_usd", "pair"),
    ],
)
def test_what_cannot_be_stands_beside_its_field_and_nothing_typed_is_lost(
    centre: SimpleNamespace, change: dict[str, str], field: str, code: str
) -> None:
    response = signed_in(centre.chen).post(NEW, typed(centre, {**LANDED, **change}, title="打好的标题"))
    assert response.status_code == 422
    assert row_errors(response)[0].get(field) == [code]
    assert "打好的标题" in response.content.decode()
    assert not TargetLetter.objects.exists()


def test_rows_are_added_without_losing_what_was_typed(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    whole = client.post(NEW, typed(centre, LANDED, add="1"))
    assert (whole.status_code, len(whole.context["rows"])) == (200, 2)
    assert "10亿" in whole.content.decode()
    part = client.post(NEW, typed(centre, LANDED, add="1"), headers={"hx-request": "true"})
    assert "<html" not in part.content.decode()
    assert 'name="rows" value="2"' in part.content.decode()
    assert not TargetLetter.objects.exists()


def test_rows_are_filled_in_from_a_tier_and_may_differ(centre: SimpleNamespace) -> None:
    tier = create_tier(actor=centre.chen, zone_id=centre.zone.pk, values={"name_zh": "一档"})
    item = add_tier_item(
        actor=centre.chen, tier_id=tier.pk, values={"metric": "visits", "minimum": Decimal(12), "months": 3}
    )
    client = signed_in(centre.chen)
    filled = client.post(NEW, typed(centre, LANDED, {}, fill="1", template=str(tier.pk)))
    rows = filled.context["rows"]
    assert [row["metric"].value() for row in rows] == ["landed_count", "visits"]
    sent = {name: rows[1][name].value() or "" for name in rows[1].fields}
    assert sent["ends_on"] == "2025-03-31"
    client.post(NEW, typed(centre, LANDED, {**sent, "minimum": "10"}))
    target = Target.objects.get(metric="visits")
    assert (target.template_item, target.minimum, target.tier["minimum"]) == (item, Decimal(10), "12")
    page = client.get(f"/targets/{target.letter_id}/").content.decode()
    assert "the tier says 12, here 10" in page


def test_an_overlap_is_said_and_kept_with_a_tick(centre: SimpleNamespace) -> None:
    letter_of(centre)
    client = signed_in(centre.chen)
    row = {"metric": "landed_count", "minimum": "3", "window": "letter"}
    response = client.post(NEW, typed(centre, row, title="第二份"))
    assert response.status_code == 422
    assert "“2025年责任状”" in response.content.decode()
    response = client.post(NEW, typed(centre, row, title="第二份", confirm_overlap="on"))
    assert response.status_code == 302
    assert TargetLetter.objects.count() == 2


def test_a_rule_is_a_sentence_while_it_is_typed(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    said = client.post("/targets/rule/?of=target&row=t0", typed(centre, LANDED)).content.decode()
    assert "2025: at least 5 landed projects with total investment of CNY 1 billion" in said
    assert "shows up here" in client.post("/targets/rule/?of=target&row=t0", {}).content.decode()
    said = client.post("/targets/rule/?of=tier", {"metric": "visits", "minimum": "1"}).content.decode()
    assert "at least 1 outbound visit" in said


def test_two_editors_of_a_target_see_both_values(centre: SimpleNamespace) -> None:
    target = letter_of(centre).targets.get()
    client = signed_in(centre.gu)
    address = f"/targets/items/{target.pk}/edit/"
    form = client.get(address).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", False)}
    data |= {"minimum": "7", "starts_on": "2025-01-01", "ends_on": "2025-12-31"}
    update_target(actor=centre.chen, target_id=target.pk, changes={"minimum": Decimal(6)})
    response = client.post(address, data)
    assert response.status_code == 409
    (conflict,) = response.context["form"].conflicts
    assert (conflict.mine, conflict.theirs) == ("7", "6")
    data |= {
        "base": response.context["form"].data["base"],
        "conflicting": response.context["form"].data["conflicting"],
    }
    assert client.post(address, {**data, "keep-minimum": "mine"}).status_code == 204
    target.refresh_from_db()
    assert target.minimum == 7


def test_a_scan_is_stored_and_fetched_by_who_sees_the_letter(
    centre: SimpleNamespace, settings: Any, tmp_path: Path
) -> None:
    use_folders(settings, tmp_path)
    letter = letter_of(centre)
    client = signed_in(centre.chen)
    address = f"/targets/{letter.pk}/scan/new/"
    assert client.post(address, {"file": SimpleUploadedFile("责任状.pdf", PDF)}).status_code == 302
    scan = LetterScan.objects.get()
    assert (scan.name, scan.size, scan.letter) == ("责任状.pdf", len(PDF), letter)
    fetched = signed_in(centre.wang).get(f"/targets/{letter.pk}/scan/")
    assert b"".join(fetched.streaming_content) == PDF
    assert fetched["Content-Disposition"].startswith("attachment")
    assert signed_in(centre.zhao).get(f"/targets/{letter.pk}/scan/").status_code == 404
    refused = client.post(address, {"file": SimpleUploadedFile("责任状.pdf", b"MZ\x00\x00 a program")})
    assert refused.status_code == 422
    refused = client.post(address, {"file": SimpleUploadedFile("责任状.txt", b"text")})
    assert (refused.status_code, LetterScan.objects.count()) == (422, 1)


def test_a_letter_may_come_with_its_scan(centre: SimpleNamespace, settings: Any, tmp_path: Path) -> None:
    use_folders(settings, tmp_path)
    client = signed_in(centre.chen)
    refused = client.post(NEW, typed(centre, LANDED, file=SimpleUploadedFile("a.exe", b"MZ")))
    assert (refused.status_code, TargetLetter.objects.count()) == (422, 0)
    client.post(NEW, typed(centre, LANDED, file=SimpleUploadedFile("责任状.pdf", PDF)))
    assert TargetLetter.objects.get().scans.get().name == "责任状.pdf"


def test_an_as_of_day_in_the_future_is_said_and_today_shown(centre: SimpleNamespace) -> None:
    letter_of(centre)
    page = signed_in(centre.wang).get("/targets/?period=2025&as_of=2099-01-01")
    assert page.status_code == 200
    assert "lies in the future" in page.content.decode()
    assert page.context["asked"].as_of == centre.zone.today()
    page = signed_in(centre.wang).get("/targets/?period=nonsense&known=yesterday")
    assert len(page.context["asked"].problems) == 2


def test_the_page_of_a_target_links_its_number_to_the_list(centre: SimpleNamespace) -> None:
    target = letter_of(centre).targets.get()
    make_lead(centre.chen, centre.zone, team=centre.g4, stage="landed", on=datetime.date(2025, 5, 1))
    page = signed_in(centre.wang).get(f"/targets/items/{target.pk}/")
    progress = page.context["progress"]
    assert progress.actual == 1
    assert f'href="{progress.url}"'.replace("&", "&amp;") in page.content.decode()
    figures = signed_in(centre.chen).get(progress.url)
    assert "粉末冶金汽车零部件项目" in figures.content.decode()


def test_the_panel_shows_the_targets_of_a_scope(centre: SimpleNamespace) -> None:
    year = centre.zone.today().year
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    for team, number in ((centre.g4, 3), (centre.g1, 4), (None, 9)):
        rule = {"metric": "new_leads", "minimum": Decimal(number), "starts_on": first, "ends_on": last}
        create_letter(
            actor=centre.chen, zone_id=centre.zone.pk, targets=[rule],
            values={"team": team, "title": "责任状", "begins_on": first, "ends_on": last},
        )  # fmt: skip

    def minimums(user: Any, scope: str = "") -> list[Decimal]:
        response = signed_in(user).get(f"/targets/panel/?scope={scope}")
        return [one.minimum for one in response.context["rows"]]

    assert minimums(centre.chen) == [Decimal(9)]
    assert minimums(centre.chen, f"team-{centre.g1.pk}") == [Decimal(4)]
    assert minimums(centre.li) == [Decimal(3)]
    assert signed_in(centre.wang).get(f"/targets/panel/?scope=team-{centre.g1.pk}").status_code == 404


def test_a_score_shows_every_step_and_a_member_sees_their_own_team(centre: SimpleNamespace) -> None:
    letter_of(centre)
    scheme = ScoringScheme.objects.create(zone=centre.zone, name_zh="办法", name_en="Scheme", valid_from=FIRST)
    ScoreItem.objects.create(
        scheme=scheme, name_zh="落地", name_en="Landed", metric="landed_count", formula="ratio", weight=Decimal(20)
    )
    make_lead(centre.chen, centre.zone, team=centre.g4, stage="landed", on=datetime.date(2025, 5, 1))
    page = signed_in(centre.wang).get("/targets/scores/?period=2025")
    (entry,) = page.context["scores"]
    assert (entry["score"].team, entry["score"].floored) == (centre.g4, Decimal("4.00"))
    text = page.content.decode()
    assert "goal: 5 (“2025年责任状”)" in text
    assert "1 ÷ 5 = 20%" in text
    assert "20% × 20 = 4" in text
    everybody = signed_in(centre.chen).get("/targets/scores/?period=2025").context["scores"]
    # G1 was asked for nothing, so its share is taken as 100%
    assert [(one["score"].team, one["score"].floored) for one in everybody] == [
        (centre.g1, Decimal("20.00")), (centre.g4, Decimal("4.00")),
    ]  # fmt: skip
    none = signed_in(centre.chen).get("/targets/scores/?period=2024")
    assert "No scheme was valid in this period" in none.content.decode()


def cost(client: Client, address: str) -> int:
    """How many queries a page costs."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_lists_cost_the_same_for_few_rows_and_for_many(centre: SimpleNamespace) -> None:
    client = signed_in(centre.chen)
    addresses = ["/targets/?period=2025", "/targets/tiers/", "/targets/scores/?period=2025", "/schemes/"]
    scheme = ScoringScheme.objects.create(zone=centre.zone, name_zh="办法", valid_from=FIRST)
    above = letter_of(centre, team=None)
    addresses.append(f"/targets/{above.pk}/")

    def fill(count: int, of: str) -> None:
        for number in range(count):
            team = make_team(centre.zone, f"{of}{number}")
            letter_of(centre, team=team, parent=above)
            tier = create_tier(actor=centre.chen, zone_id=centre.zone.pk, values={"name_zh": f"{of}{number}"})
            add_tier_item(actor=centre.chen, tier_id=tier.pk, values={"metric": "visits", "minimum": Decimal(1)})
            ScoreItem.objects.create(
                scheme=scheme, name_zh=f"{of}{number}", metric="landed_count", formula="ratio", weight=Decimal(1)
            )

    fill(3, "A")
    few = {address: cost(client, address) for address in addresses}
    fill(15, "B")
    assert {address: cost(client, address) for address in addresses} == few


def test_who_only_reads_gets_no_buttons(centre: SimpleNamespace) -> None:
    letter = letter_of(centre)
    page = signed_in(centre.wang).get(f"/targets/{letter.pk}/").content.decode()
    assert 'data-dialog-url="/targets/' not in page
    assert NEW not in signed_in(centre.wang).get("/targets/?period=2025").content.decode()
    assert NEW in signed_in(centre.chen).get("/targets/?period=2025").content.decode()


def test_a_letter_that_is_rolled_up_into_is_not_taken_out(centre: SimpleNamespace) -> None:
    above = letter_of(centre, team=None)
    below = letter_of(centre, parent=above)
    client = signed_in(centre.chen)
    response = client.post(f"/targets/{above.pk}/delete/")
    assert response.status_code == 422
    assert "1 letter rolls up into it" in response.content.decode()
    assert client.post(f"/targets/{below.pk}/delete/").status_code == 302
    assert client.post(f"/targets/{above.pk}/delete/", headers={"hx-request": "true"}).status_code == 204
    assert not TargetLetter.objects.visible_to(centre.chen).exists()

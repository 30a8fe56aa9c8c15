"""Outgoing mail: who sees which, what stands in one where mails are kept, trying again."""

from __future__ import annotations

import datetime
from email.mime.image import MIMEImage
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from investcrm.core import outbox
from investcrm.core.mails import mail_trouble
from investcrm.core.models import OutboxMessage
from teams.models import User
from tests.factories import make_user

MAILS = "/mails/"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
FILES = "django.core.mail.backends.filebased.EmailBackend"
PICTURE = b"\x89PNG\r\n\x1a\nno real one"


@pytest.fixture(autouse=True)
def kept(settings: Any) -> None:
    """Mails are written to a folder, as in `make run`."""
    settings.OUTBOX_EMAIL_BACKEND = FILES


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def write(to: str, subject: str = "周通报", *, rich: bool = False) -> OutboxMessage:
    message = EmailMultiAlternatives(subject, "本周新增线索 7 条 <script>alert(1)</script>", "crm@example.org", [to])
    if rich:
        message.attach_alternative(
            '<html><head><title>t</title></head><body style="color:red">一<img src="cid:chart"></body></html>',
            "text/html",
        )
        message.attach("周通报 第9周.pdf", b"%PDF-1.7", "application/pdf")
        picture = MIMEImage(PICTURE, _subtype="png")
        picture.add_header("Content-ID", "<chart>")
        message.attach(picture)
    return outbox.write(message)


def subjects(client: Client, query: str = "") -> list[str]:
    return [row.subject for row in client.get(f"{MAILS}{query}").context["rows"]]


def test_an_administrator_sees_the_mails_of_their_zones_people(centre: SimpleNamespace) -> None:
    write("wang@example.org", "to Wang")
    write("qian@example.org", "to Qian")
    write("nobody@example.org", "to somebody unknown")
    assert subjects(signed_in(centre.gu)) == ["to Wang"]
    keeper = make_user("keeper", is_superuser=True)
    assert len(subjects(signed_in(keeper))) == 3


def test_others_see_their_own_mails_where_mails_are_kept_and_nothing_elsewhere(
    centre: SimpleNamespace, settings: Any
) -> None:
    own, other = write("wang@example.org", "to Wang"), write("li@example.org", "to Li")
    client = signed_in(centre.wang)
    assert subjects(client) == ["to Wang"]
    assert client.get(reverse("core:mail", args=[own.pk])).status_code == 200
    assert client.get(reverse("core:mail", args=[other.pk])).status_code == 404
    settings.OUTBOX_EMAIL_BACKEND = SMTP
    assert client.get(MAILS).status_code == 403


def test_whose_role_has_ended_is_no_longer_the_administrators_concern(centre: SimpleNamespace) -> None:
    write("wang@example.org", "to Wang")
    centre.wang.memberships.update(ends_on=centre.zone.today() - datetime.timedelta(days=2))
    assert subjects(signed_in(centre.gu)) == []


def test_a_mail_can_be_read_with_its_page_pictures_and_files(centre: SimpleNamespace) -> None:
    mail = write("wang@example.org", rich=True)
    client = signed_in(centre.wang)
    page = client.get(reverse("core:mail", args=[mail.pk]))
    text = page.content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "周通报 第9周.pdf" in text
    html = client.get(reverse("core:mail_html", args=[mail.pk]))
    assert "data:image/png;base64," in html.content.decode()
    assert "cid:" not in html.content.decode()
    policy = html.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "sandbox allow-popups" in policy
    assert html.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    names = [one.name for one in page.context["mail"].files]
    number = names.index("周通报 第9周.pdf") + 1
    file = client.get(reverse("core:mail_file", args=[mail.pk, number]))
    assert file.content == b"%PDF-1.7"
    assert "attachment" in file.headers["Content-Disposition"]
    assert client.get(reverse("core:mail_file", args=[mail.pk, 99])).status_code == 404


def test_with_a_mail_server_no_text_can_be_read(centre: SimpleNamespace, settings: Any) -> None:
    settings.OUTBOX_EMAIL_BACKEND = SMTP
    mail = write("gu@example.org", rich=True)
    client = signed_in(centre.gu)
    assert subjects(client) == ["周通报"]
    for address in ("core:mail", "core:mail_html"):
        assert client.get(reverse(address, args=[mail.pk])).status_code == 404
    assert client.get(reverse("core:mail_file", args=[mail.pk, 1])).status_code == 404
    assert "本周新增线索" not in client.get(MAILS).content.decode()


def test_the_state_says_what_waits_and_what_was_refused(centre: SimpleNamespace) -> None:
    long_ago = timezone.now() - datetime.timedelta(hours=3)
    write("wang@example.org", "fresh")
    waits = write("li@example.org", "waits")
    OutboxMessage.objects.filter(pk=waits.pk).update(attempts=3, error="connection refused", created_at=long_ago)
    refused = write("zhao@example.org", "refused")
    OutboxMessage.objects.filter(pk=refused.pk).update(attempts=1, error="550 unknown", failed_at=timezone.now())
    client = signed_in(centre.gu)
    state = client.get(MAILS).context["state"]
    assert (state.waiting, state.given_up, state.oldest) == (2, 1, long_ago)
    assert subjects(client, "?state=failed") == ["refused"]
    assert sorted(subjects(client, "?state=waiting")) == ["fresh", "waits"]
    assert len(subjects(client, "?state=nonsense&cursor=broken")) == 3
    assert mail_trouble(centre.gu) is not None
    assert mail_trouble(centre.wang) is None


def test_mail_that_was_just_written_is_no_trouble(centre: SimpleNamespace) -> None:
    write("wang@example.org")
    assert mail_trouble(centre.gu) is None


def test_a_refused_mail_is_tried_again_by_administrators_alone(centre: SimpleNamespace) -> None:
    mail = write("wang@example.org")
    OutboxMessage.objects.filter(pk=mail.pk).update(failed_at=timezone.now(), error="550", attempts=1)
    address = reverse("core:mail_again", args=[mail.pk])
    assert signed_in(centre.wang).post(address).status_code == 403
    assert signed_in(centre.qian).post(address).status_code == 403
    mail.refresh_from_db()
    assert mail.failed_at is not None
    assert signed_in(centre.gu).post(address).status_code == 302
    mail.refresh_from_db()
    assert mail.failed_at is None
    assert mail.attempts == 0


def test_the_number_of_queries_does_not_grow_with_the_mails(centre: SimpleNamespace) -> None:
    client = signed_in(centre.gu)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(MAILS).status_code == 200
        return len(captured)

    for number in range(3):
        write("wang@example.org", f"{number}")
    few = queries()
    for number in range(27):
        write("wang@example.org", f"{number}")
    assert queries() == few

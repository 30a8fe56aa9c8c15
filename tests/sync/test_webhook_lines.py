"""Lines to receivers: kept open from POST to POST, taken up anew where they ended, never to another address."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from sync.services.webhooks import posting
from sync.services.webhooks.posting import Line
from tests.sync.webhook_help import Receiver, answering


@pytest.fixture(autouse=True)
def _this_machine(settings: Any) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]


@pytest.mark.parametrize(("keeps", "lines"), [(True, 1), (False, 3)])
def test_a_line_is_used_as_long_as_the_receiver_keeps_it(keeps: bool, lines: int) -> None:
    receiver = Receiver(keeps=keeps)
    with Line() as line:
        found = [line.post(receiver.url, {"webhook-id": str(number)}, b"{}") for number in range(3)]
    receiver.stop()
    assert [one.status for one in found] == [200] * 3
    assert [headers["webhook-id"] for headers, _body in receiver.received] == ["0", "1", "2"]
    assert receiver.lines == lines


def test_a_receiver_that_hangs_up_between_two_is_called_again() -> None:
    receiver, hung_up = Receiver(keeps=True), threading.Event()

    def leaving(handler: BaseHTTPRequestHandler) -> None:
        answering(200)(handler)
        handler.close_connection = True  # without saying so
        hung_up.set()

    receiver.answer = leaving
    with Line() as line:
        found = []
        for _turn in range(3):
            found.append(line.post(receiver.url, {}, b"{}"))
            assert hung_up.wait(20)
            hung_up.clear()
    receiver.stop()
    assert [one.status for one in found] == [200] * 3
    assert len(receiver.received) == 3


def test_a_line_whose_answer_was_not_read_to_its_end_is_not_used_again() -> None:
    receiver = Receiver(keeps=True)
    receiver.answer = answering(200, b"x" * (posting.MOST_BYTES + 1))
    with Line() as line:
        assert line.post(receiver.url, {}, b"{}").excerpt == "x" * posting.EXCERPT
        receiver.answer = answering(204, b"")
        assert line.post(receiver.url, {}, b"{}").status == 204
    receiver.stop()
    assert receiver.lines == 2


def test_another_address_gets_a_line_of_its_own() -> None:
    first, second = Receiver(keeps=True), Receiver(keeps=True)
    with Line() as line:
        for one in (first, second, first):
            assert line.post(one.url, {}, b"{}").is_good
    for one in (first, second):
        one.stop()
    assert (first.lines, second.lines) == (2, 1)


def test_an_address_that_is_not_permitted_any_more_gets_no_new_line(settings: Any) -> None:
    receiver = Receiver()
    with Line() as line:
        assert line.post(receiver.url, {}, b"{}").is_good
        settings.WEBHOOK_ALLOWED_NETWORKS = []
        found = line.post(receiver.url, {}, b"{}")
    receiver.stop()
    assert (found.status, len(receiver.received)) == (None, 1)
    assert found.error

"""Pages travel compressed; files and the API's answers as they are."""

from __future__ import annotations

import gzip
from types import SimpleNamespace

from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.test import Client, RequestFactory

from investcrm.core.middleware import CompressPagesMiddleware

LONG = b"<p>gongye</p>" * 100


def answered(answer: HttpResponseBase) -> HttpResponseBase:
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    return CompressPagesMiddleware(lambda _request: answer).process_response(request, answer)


def test_a_page_is_compressed_for_a_browser_that_asks_for_it(client: Client, centre: SimpleNamespace) -> None:
    client.force_login(centre.wang)
    plain = client.get("/leads/")
    packed = client.get("/leads/", headers={"accept-encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert b"<!doctype html>" in gzip.decompress(packed.content)
    assert len(packed.content) < len(plain.content) / 3


def test_files_streams_and_the_api_are_left_alone() -> None:
    for answer in (
        HttpResponse(LONG, content_type="application/json", headers={"ETag": '"7"'}),
        StreamingHttpResponse(iter([LONG]), content_type="text/html"),
        FileResponse(iter([LONG]), content_type="application/pdf"),
    ):
        left = answered(answer)
        assert "Content-Encoding" not in left.headers
    assert answered(HttpResponse(LONG)).headers["Content-Encoding"] == "gzip"

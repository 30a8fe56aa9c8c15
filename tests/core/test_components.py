"""The components, the toasts, the language switch and the answers to htmx requests."""

import json
from http.cookies import SimpleCookie
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from investcrm.core import views
from investcrm.core.middleware import SESSION_EXPIRED_HEADER, HtmxLoginRedirectMiddleware
from investcrm.core.toasts import undo_url_of, with_toast
from teams.models import User

CHANNELS = [("phone", "Phone"), ("visit", "Visit")]


class NameForm(forms.Form):
    """A form with each shape of field."""

    name = forms.CharField(label="Name", help_text="As on the licence.")
    channel = forms.ChoiceField(label="Channel", widget=forms.RadioSelect, choices=CHANNELS)
    settled = forms.BooleanField(label="Settled", required=False)


@pytest.fixture(autouse=True)
def english() -> object:
    with translation.override("en"):
        yield


def render(source: str, **context: object) -> str:
    return Template("{% load i18n ui %}" + source).render(Context(context))


def test_a_field_names_its_help_and_its_errors_for_screen_readers() -> None:
    html = render("{% form_field form.name %}", form=NameForm({"channel": "phone"}))
    assert 'aria-describedby="id_name_help id_name_errors"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_help"' in html
    assert 'id="id_name_errors"' in html
    assert "This field is required." in html


def test_a_field_without_help_or_errors_points_at_nothing() -> None:
    html = render("{% form_field form.settled %}", form=NameForm())
    assert "aria-describedby" not in html
    assert "aria-invalid" not in html


def test_a_field_takes_attributes_and_drops_empty_ones() -> None:
    html = render('{% form_field form.name data_select_url="/x/" placeholder="" help=False %}', form=NameForm())
    assert 'data-select-url="/x/"' in html
    assert "placeholder" not in html
    assert "As on the licence." not in html


def test_a_group_of_choices_is_a_fieldset_with_one_label_per_choice() -> None:
    html = render("{% form_field form.channel %}", form=NameForm({"name": "x"}))
    assert "<fieldset" in html
    assert "<legend" in html
    assert html.count("<label") == 2
    assert 'id="id_channel_errors"' in html


def test_what_was_typed_is_shown_as_text_not_as_markup() -> None:
    html = render("{% form_field form.name %}", form=NameForm({"name": '"><script>alert(1)</script>𠮷㛃'}))
    assert "<script>" not in html
    assert "𠮷㛃" in html


def test_the_errors_of_a_form_link_to_the_fields() -> None:
    html = render("{% form_errors form %}", form=NameForm({}))
    assert 'href="#id_name"' in html
    assert 'role="alert"' in html


def test_a_form_without_errors_says_nothing() -> None:
    assert render("{% form_errors form %}", form=NameForm()).strip() == ""


def test_a_light_says_its_colour_in_words() -> None:
    assert "Overdue" in render('{% light "red" %}')
    assert "12 days" in render('{% light "yellow" "12 days" %}')


def test_a_block_component_frames_its_body_once_escaped() -> None:
    html = render("{% card title=title %}{{ text }}{% endcard %}", title="A & B", text="<b>x</b>")
    assert "A &amp; B" in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "&amp;lt;" not in html


def test_an_empty_value_in_a_list_is_a_dash_that_is_read_as_none() -> None:
    html = render('{% kv "Referrer" %}{% endkv %}')
    assert "—" in html
    assert "none" in html


def test_a_pager_shows_only_the_ways_that_exist() -> None:
    html = render_to_string("components/pager.html", {"next_url": "?after=x"})
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html


def test_a_message_with_an_undo_address_has_an_undo_button() -> None:
    message = Message(25, "Moved", extra_tags="undo:/undo/1/")
    assert undo_url_of(message) == "/undo/1/"
    assert 'action="/undo/1/"' in render("{% toast message %}", message=message)
    assert "data-toast-undo" not in render("{% toast message %}", message=Message(25, "Moved"))


def test_a_toast_for_htmx_travels_in_a_header_of_plain_ascii_beside_other_events() -> None:
    response = with_toast(HttpResponse(), "已保存", undo_url="/undo/", events={"closeDialog": True})
    header = response.headers["HX-Trigger"]
    assert header.isascii()
    assert json.loads(header) == {
        "closeDialog": True,
        "toast": {"text": "已保存", "level": "success", "undo_url": "/undo/"},
    }


def htmx(rf: RequestFactory, **headers: str) -> HttpRequest:
    return rf.get("/log/", headers={"hx-request": "true", **headers})


def to_login(request: HttpRequest) -> HttpResponse:
    response = HttpResponseRedirect(f"{resolve_url('account_login')}?next=/log/")
    response.cookies = SimpleCookie("sessionid=gone")
    return response


def test_an_expired_session_sends_the_whole_page_to_the_login_and_back_again(rf: RequestFactory) -> None:
    request = htmx(rf, **{"hx-current-url": "http://testserver/leads/7/?tab=log"})
    response = HtmxLoginRedirectMiddleware(to_login)(request)
    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == f"{resolve_url('account_login')}?next=%2Fleads%2F7%2F%3Ftab%3Dlog"
    assert response.headers[SESSION_EXPIRED_HEADER] == "1"
    assert "sessionid" in response.cookies


def test_a_foreign_page_address_is_not_where_the_login_returns_to(rf: RequestFactory) -> None:
    request = htmx(rf, **{"hx-current-url": "http://elsewhere.example/"})
    response = HtmxLoginRedirectMiddleware(to_login)(request)
    assert response.headers["HX-Redirect"].endswith("?next=%2Flog%2F")


def test_other_redirects_and_plain_requests_pass_untouched(rf: RequestFactory) -> None:
    assert HtmxLoginRedirectMiddleware(to_login)(rf.get("/log/")).status_code == 302
    elsewhere = HtmxLoginRedirectMiddleware(lambda request: HttpResponseRedirect("/leads/"))(htmx(rf))
    assert elsewhere.status_code == 302


def switch(rf: RequestFactory, **data: str) -> HttpResponse:
    request = rf.post("/language/", data)
    request.user = AnonymousUser()
    return views.set_language(request)


def test_the_language_is_switched_and_remembered(rf: RequestFactory) -> None:
    response = switch(rf, language="zh-hans", next="/leads/?q=1")
    assert response.headers["Location"] == "/leads/?q=1"
    assert response.cookies["django_language"].value == "zh-hans"


def test_a_language_that_does_not_exist_and_a_foreign_return_address_are_ignored(rf: RequestFactory) -> None:
    response = switch(rf, language="xx", next="https://elsewhere.example/")
    assert response.headers["Location"] == "/"
    assert "django_language" not in response.cookies


def test_an_error_in_a_fragment_is_a_notice_not_a_page(rf: RequestFactory) -> None:
    request = htmx(rf)
    request.user = AnonymousUser()
    response = views.permission_denied(request)
    assert response.status_code == 403
    assert b"<html" not in response.content
    assert b'role="alert"' in response.content


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (views.bad_request, 400),
        (views.permission_denied, 403),
        (views.page_not_found, 404),
        (views.csrf_failure, 403),
        (views.server_error, 500),
    ],
)
def test_an_error_page_says_what_to_do(rf: RequestFactory, view: object, status: int) -> None:
    request = rf.get("/nowhere/")
    request.user = AnonymousUser()
    response = view(request)
    assert response.status_code == status
    assert b"To the start page" in response.content


@pytest.mark.django_db
def test_the_health_page_answers_when_the_database_does(rf: RequestFactory) -> None:
    assert views.healthz(rf.get("/healthz")).content == b"ok\n"


@pytest.fixture
def somebody(db: None) -> User:
    return User.objects.create_user(username="liming", password="a-long-password-1", language="zh-hans")


@pytest.mark.urls("tests.core.frame_urls")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_frame_marks_the_part_of_the_site_and_speaks_the_readers_language(
    client: Client, somebody: User, language: str
) -> None:
    client.force_login(somebody)
    client.post("/language/", {"language": language, "next": "/"})
    html = client.get("/leads/sample/").content.decode()
    assert f'<html lang="{language}"' in html
    assert 'href="/leads/" aria-current="true"' in html
    somebody.refresh_from_db()
    assert somebody.language == language


@pytest.mark.urls("tests.core.frame_urls")
@pytest.mark.parametrize(("name", "offered"), [("wang", True), ("sun", False), ("bao", False)])
def test_the_frame_offers_the_log_box_to_those_who_may_log(
    client: Client, centre: SimpleNamespace, name: str, offered: bool
) -> None:
    client.force_login(getattr(centre, name))
    html = client.get("/leads/sample/").content.decode()
    assert ('data-log-url="/log/"' in html) is offered
    assert ("data-log-open" in html) is offered


@pytest.mark.urls("tests.core.frame_urls")
def test_signed_out_the_frame_offers_the_language_but_no_way_in(client: Client, db: None) -> None:
    html = client.get("/accounts/login/").content.decode()
    assert 'value="en"' in html
    assert "data-log-open" not in html
    assert "/accounts/signup/" not in html


@pytest.mark.urls("tests.core.frame_urls")
@pytest.mark.parametrize(
    "address",
    ["/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/password/reset/key/x-set-password/"],
)
def test_the_ways_to_a_new_password_are_in_the_frame(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert 'class="entrance"' in response.content.decode()


@pytest.mark.urls("tests.core.frame_urls")
@pytest.mark.parametrize("address", ["/accounts/password/change/", "/accounts/2fa/"])
def test_the_pages_of_ones_own_account_are_in_the_frame(client: Client, somebody: User, address: str) -> None:
    client.post("/accounts/login/", {"login": "liming", "password": "a-long-password-1"})
    html = client.get(address).content.decode()
    assert 'class="tabs"' in html
    assert 'class="btn btn-' in html
    assert " style=" not in html


@pytest.mark.urls("tests.core.frame_urls")
def test_two_step_sign_in_asks_for_the_password_again_and_shows_the_code(client: Client, somebody: User) -> None:
    client.force_login(somebody)
    address = "/accounts/2fa/totp/activate/"
    asked = client.get(address, follow=True)
    assert asked.redirect_chain
    assert 'class="entrance"' in asked.content.decode()
    client.post(asked.redirect_chain[-1][0], {"password": "a-long-password-1"})
    html = client.get(address).content.decode()
    assert 'class="qr"' in html
    assert " style=" not in html

"""With htmx the Anmeldeformular gives way to the summary in place, one request less."""

from unittest.mock import Mock

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from kmz.booking.checkout import queries
from kmz.catalog.models import Course
from kmz.clock import moved_by
from kmz.db import db
from tests.booking.conftest import Buyer
from tests.factories import make_course, make_customer
from tests.page import Browser, Page
from tests.steps import log_in, token_of

IN_PLACE = {"HX-Request": "true", "HX-Target": "main#main"}


def send_form(buyer: Buyer, form: Page, **typed: str) -> TestResponse:
    """The open form as htmx sends it."""
    fields = dict(form.form(action=form.path).fields)
    fields |= typed | {"csrf_token": token_of(form)}
    return buyer.browser.client.post(form.path, data=fields, headers=IN_PLACE)


def open_form(browser: Browser, course: Course) -> TestResponse:
    """A Direktbuchung as htmx sends it from the course's page."""
    sent = {"kurs": course.slug, "csrf_token": token_of(browser.open(f"/kurs/{course.slug}"))}
    return browser.client.post("/buchen", data=sent, headers=IN_PLACE)


def test_the_form_comes_with_the_click_and_holds_a_seat(buyer: Buyer) -> None:
    course = make_course()
    answer = open_form(buyer.browser, course)
    form = Page(answer)
    assert form.headings == ["Anmeldeformular"]
    assert "Sie befinden sich hier: Warenkorb / Anmeldung" in form.text
    assert "<header" not in answer.text
    assert db.session.get_one(Course, course.id).seats_held == 1
    address = answer.headers["HX-Push-Url"]
    assert buyer.browser.open(address).headings == ["Anmeldeformular"]
    again = open_form(buyer.browser, course)
    assert again.headers["HX-Push-Url"] == address


def test_a_guest_chooses_the_way_in_place(app: Flask) -> None:
    browser, course = Browser(app.test_client()), make_course()
    answer = open_form(browser, course)
    assert Page(answer).headings == ["Wie möchten Sie buchen?"]
    address = answer.headers["HX-Push-Url"]
    assert browser.open(address).headings == ["Wie möchten Sie buchen?"]


def test_what_stands_against_it_is_said_in_place(buyer: Buyer) -> None:
    answer = open_form(buyer.browser, make_course(max_participants=1, seats_taken=1))
    assert answer.status_code == 422
    assert "HX-Push-Url" not in answer.headers
    assert "Ausgebucht" in Page(answer).text


def test_what_is_missing_is_said_in_place(app: Flask) -> None:
    make_customer(email="neu@example.org", complete=False)
    browser = Browser(app.test_client())
    log_in(browser, "neu@example.org")
    answer = open_form(browser, make_course())
    assert answer.status_code == 422
    assert Page(answer).headings == ["Es fehlt noch etwas"]
    address = answer.headers["HX-Push-Url"]
    assert browser.open(address).headings == ["Es fehlt noch etwas"]


def test_the_answer_is_the_summary_under_its_own_address(buyer: Buyer) -> None:
    form = buyer.start(make_course())
    answer = send_form(buyer, form, of_age="y", mandate="y")
    assert Page(answer).headings == ["Anmeldung prüfen"]
    assert answer.headers["HX-Push-Url"] == form.path.removesuffix("/formular")
    buyer.browser.page = Page(answer)
    assert buyer.press().headings == ["Vielen Dank"]


def test_the_thanks_come_with_the_last_click_and_empty_the_cart(buyer: Buyer) -> None:
    course = make_course()
    buyer.browser.open(f"/kurs/{course.slug}")
    buyer.browser.submit("In den Warenkorb")
    form = buyer.start(course)
    summary = Page(send_form(buyer, form, of_age="y", mandate="y"))
    path = form.path.removesuffix("/formular")
    fields = dict(summary.form(action=path).fields) | {"terms_accepted": "y"}
    answer = buyer.browser.client.post(path, data=fields, headers=IN_PLACE)
    assert Page(answer).headings == ["Vielen Dank"]
    assert answer.headers["HX-Push-Url"] == f"{path}/danke"
    assert '<span id="cart-badge"></span>' in answer.text
    again = buyer.browser.client.post(path, data=fields, headers=IN_PLACE)
    assert again.headers["HX-Redirect"] == f"{path}/danke"


def test_what_is_booked_is_not_denied_when_the_database_goes_then(
    buyer: Buyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = buyer.start(make_course())
    summary = Page(send_form(buyer, form, of_age="y", mandate="y"))
    path = form.path.removesuffix("/formular")
    fields = dict(summary.form(action=path).fields) | {"terms_accepted": "y"}
    cut = OperationalError("", {}, Exception())
    with monkeypatch.context() as away:
        away.setattr(queries, "get_request", Mock(side_effect=cut))
        answer = buyer.browser.client.post(path, data=fields, headers=IN_PLACE)
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == f"{path}/danke"
    assert buyer.browser.open(f"{path}/danke").headings == ["Vielen Dank"]


def test_a_mistake_is_shown_with_everything_typed(buyer: Buyer) -> None:
    form = buyer.start(make_course())
    answer = send_form(buyer, form, remark="Ganz vorn")
    assert answer.status_code == 422
    assert "Ganz vorn" in answer.text
    assert "HX-Push-Url" not in answer.headers


def test_what_was_typed_outlives_a_login_that_ended(buyer: Buyer) -> None:
    form = buyer.start(make_course())
    with moved_by(minutes=31):
        answer = send_form(buyer, form, remark="Ganz vorn")
        assert answer.status_code == 401
        assert "Ihre Eingaben gehen nicht verloren" in answer.text


def test_only_the_main_part_is_written(buyer: Buyer) -> None:
    form = buyer.start(make_course())
    answer = send_form(buyer, form, of_age="y", mandate="y")
    assert answer.text.lstrip().startswith("<title>Anmeldung prüfen · ")
    assert '<main id="main"' in answer.text
    assert "<header" not in answer.text


def test_a_page_that_is_kept_for_all_is_whole_whatever_htmx_says(app: Flask) -> None:
    make_course()
    visitor = app.test_client()
    for headers in (IN_PLACE, {}):
        assert "<header" in visitor.get("/", headers=headers).text

"""Pages kept for a second: the same for all unknown visitors, nothing of a known one."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kmz.web import visitor_pages
from tests.accounts.test_login import log_in
from tests.factories import make_course, make_customer, make_request
from tests.page import Browser

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def html(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


@pytest.mark.parametrize("address", ["/", "/kurse", "/kurs/271-a"])
def test_every_visitor_gets_a_token_of_the_own_session(app: Flask, address: str) -> None:
    make_course(number="271-A", fee_cents=0)
    one, other = app.test_client(), app.test_client()
    tokens = [_TOKEN.findall(html(client, address)) for client in (one, other)]
    assert tokens[0]
    assert tokens[0] != tokens[1]
    assert visitor_pages._PLACEHOLDER not in html(one, address) + html(other, address)
    answer = other.post("/warenkorb/271-a", data={"csrf_token": tokens[1][0]})
    assert answer.status_code == 303


def test_a_foreign_visitors_token_does_not_pass(app: Flask) -> None:
    make_course(number="271-A", fee_cents=0)
    one, other = app.test_client(), app.test_client()
    token = _TOKEN.findall(html(one, "/kurs/271-a"))[0]
    html(other, "/kurs/271-a")
    assert other.post("/warenkorb/271-a", data={"csrf_token": token}).status_code == 400


def test_what_was_booked_here_shows_at_once(app: Flask) -> None:
    course = make_course(number="271-A", fee_cents=0, max_participants=1)
    visitor = app.test_client()
    assert "Ausgebucht" not in html(visitor, "/kurse")
    make_request(make_customer(), course)
    assert "Ausgebucht" in html(visitor, "/kurse")
    assert "Ausgebucht" in html(visitor, "/kurs/271-a")


def test_a_customers_page_is_never_shown_to_a_visitor(app: Flask, browser_: Browser) -> None:
    make_course(number="271-A", fee_cents=0)
    make_customer(email="andrea@example.org")
    log_in(browser_)
    assert "angemeldet als Andrea Beispiel" in browser_.open("/kurse").text
    assert "Andrea" not in html(app.test_client(), "/kurse")


def test_a_visitors_cart_and_notices_are_the_own(app: Flask, browser_: Browser) -> None:
    make_course(number="271-A", title="Gitarre", fee_cents=0)
    browser_.open("/kurs/271-a")
    browser_.submit("In den Warenkorb")
    assert "liegt im Warenkorb" in browser_.page.text
    stranger = html(app.test_client(), "/kurs/271-a")
    assert "liegt im Warenkorb" not in stranger
    assert "(1 Kurs)" not in stranger


def test_a_customer_who_has_left_is_a_visitor_again(browser_: Browser) -> None:
    make_customer(email="andrea@example.org")
    log_in(browser_)
    browser_.submit("LOGOUT")
    assert browser_.client.get_cookie("kmz_device") is not None
    with browser_.client.application.test_request_context(headers={"Cookie": "kmz_device=x"}):
        assert visitor_pages._is_unknown_visitor()

"""The Warenkorb: it remembers, holds no seats, and comes along at login (U27, BKG-19)."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from kmz import clock
from kmz.booking.models import Cart, CartItem
from kmz.booking.rules import MAX_ITEMS
from kmz.catalog.models import Course
from kmz.db import db
from tests.booking.conftest import Buyer, change, seats_taken
from tests.factories import make_course, make_customer
from tests.page import Browser, Page
from tests.steps import badge, log_in, send


def put_in(browser: Browser, course: Course) -> Page:
    browser.open(f"/kurs/{course.slug}")
    return browser.submit("In den Warenkorb")


def test_a_visitor_gets_a_cookie_only_with_the_first_course(browser_: Browser) -> None:
    course = make_course()
    for address in ("/", "/warenkorb", f"/kurs/{course.slug}"):
        browser_.open(address)
    assert browser_.client.get_cookie("kmz_cart") is None
    put_in(browser_, course)
    cookie = browser_.client.get_cookie("kmz_cart")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.value not in db.session.scalars(select(Cart.token_hash)).all()


def test_the_badge_counts_at_once_without_and_with_htmx(browser_: Browser) -> None:
    first, second = make_course(), make_course()
    assert badge(put_in(browser_, first)) == "1"
    assert badge(put_in(browser_, first)) == "1"
    partial = send(browser_, f"/warenkorb/{second.slug}", {"HX-Request": "true"})
    assert '<hx-partial hx-target="#cart-badge"' in partial.html
    assert badge(partial) == "2"
    assert "<html" not in partial.html
    assert badge(browser_.open("/")) == "2"


def test_the_first_course_by_htmx_counts_one(browser_: Browser) -> None:
    course = make_course()
    browser_.open("/")
    assert badge(send(browser_, f"/warenkorb/{course.slug}", {"HX-Request": "true"})) == "1"


def test_a_cart_holds_no_seat(browser_: Browser) -> None:
    course = make_course(max_participants=1)
    put_in(browser_, course)
    assert seats_taken(course) == 0
    assert "hält noch keine Plätze frei" in browser_.open("/warenkorb").text


def test_the_visitors_cart_comes_along_at_login_without_doubles(
    app: Flask, browser_: Browser
) -> None:
    both, own, found = (make_course(title=title) for title in ("Beides", "Eigenes", "Gefundenes"))
    make_customer(email="andrea@example.org")
    elsewhere = Browser(app.test_client())
    log_in(elsewhere, "andrea@example.org")
    put_in(elsewhere, own)
    put_in(elsewhere, both)
    put_in(browser_, both)
    put_in(browser_, found)
    log_in(browser_, "andrea@example.org")
    cart = browser_.open("/warenkorb")
    assert badge(cart) == "3"
    assert [cart.text.count(course.number) for course in (own, both, found)] == [1, 1, 1]
    assert db.session.scalar(select(func.count()).select_from(Cart)) == 1
    assert db.session.scalar(select(func.count()).select_from(CartItem)) == 3
    assert browser_.client.get_cookie("kmz_cart") is None
    browser_.open("/konto")
    assert badge(browser_.submit("LOGOUT")) == ""


@pytest.mark.parametrize("state", ["full", "cancelled", "over", "closed"])
def test_what_cannot_be_booked_is_refused_by_the_cart(browser_: Browser, state: str) -> None:
    course = make_course()
    put_in(browser_, other := make_course())
    changes: dict[str, dict[str, object]] = {
        "full": {"external_participants": 10},
        "cancelled": {"cancelled_at": clock.now()},
        "over": {"ends_on": clock.today().replace(year=2020)},
        "closed": {"booking_closes_at": clock.now()},
    }
    change(course, **changes[state])
    plain = send(browser_, f"/warenkorb/{course.slug}")
    assert "lässt sich nicht buchen" in plain.text
    assert badge(plain) == "1"
    partial = send(browser_, f"/warenkorb/{course.slug}", {"HX-Request": "true"})
    assert partial.status == 422
    assert 'role="alert"' in partial.html
    assert other.title in browser_.open("/warenkorb").text


def test_unpublished_and_unknown_courses_are_not_there(browser_: Browser) -> None:
    browser_.open("/")
    draft = make_course(published_at=None)
    for slug in (draft.slug, "gibt-es-nicht", "271-%00", "x" * 500):
        assert send(browser_, f"/warenkorb/{slug}").status == 404


def test_a_cart_has_room_for_twenty(browser_: Browser) -> None:
    courses = [make_course() for _ in range(MAX_ITEMS + 1)]
    for course in courses[:-1]:
        put_in(browser_, course)
    assert "Platz für 20 Kurse" in put_in(browser_, courses[-1]).text
    assert badge(browser_.open("/")) == str(MAX_ITEMS)


def test_a_course_is_taken_out_again_and_twice_does_no_harm(browser_: Browser) -> None:
    course = make_course()
    put_in(browser_, course)
    for _ in range(2):
        assert badge(send(browser_, f"/warenkorb/{course.slug}/loeschung")) == ""
    assert "Ihr Warenkorb ist leer" in browser_.open("/warenkorb").text


def test_only_booked_courses_leave_the_cart(buyer: Buyer) -> None:
    booked, kept = make_course(title="Gebucht"), make_course(title="Bleibt")
    put_in(buyer.browser, booked)
    put_in(buyer.browser, kept)
    buyer.fill_in(booked)
    assert badge(buyer.press()) == "1"
    assert "Bleibt" in buyer.browser.open("/warenkorb").text


@pytest.mark.parametrize("token", ["", "x", "ä" * 40, "'; drop table cart; --", "A" * 3000])
def test_a_made_up_cart_cookie_is_an_empty_cart(browser_: Browser, token: str) -> None:
    browser_.client.set_cookie("kmz_cart", token)
    assert badge(browser_.open("/warenkorb")) == ""

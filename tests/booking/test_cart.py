"""The Warenkorb: it remembers, holds no seats, and comes along at login (U27, BKG-19)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from kmz import clock
from kmz.booking.models import Cart, CartItem, Participant, SeatHold
from kmz.booking.people.actions import add_participant
from kmz.booking.rules import MAX_ATTENDEES, MAX_ITEMS, ParticipantName, PersonData
from kmz.catalog.models import Course
from kmz.dates import format_day
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


def test_what_changed_since_is_said_in_words_until_it_was_read(browser_: Browser) -> None:
    course = make_course(fee_cents=9800)
    put_in(browser_, course)
    assert "etwas geändert" not in browser_.open("/warenkorb").text
    later = course.starts_on + timedelta(days=7)
    change(course, fee_cents=12000, starts_on=later, version=2)
    page = browser_.open("/warenkorb")
    assert "Das Entgelt ist jetzt 120,00" in page.text
    assert f"beginnt jetzt am {format_day(later)}" in page.text
    assert "etwas geändert" in browser_.open("/warenkorb").text
    assert "etwas geändert" not in browser_.submit("Verstanden").text


def test_an_edited_course_is_to_be_looked_at_again(browser_: Browser) -> None:
    course = make_course()
    put_in(browser_, course)
    change(course, version=2)
    assert "wurde seitdem bearbeitet" in browser_.open("/warenkorb").text


def test_a_course_that_left_the_programme_is_said_and_can_be_taken_out(
    browser_: Browser,
) -> None:
    course = make_course()
    put_in(browser_, course)
    change(course, published_at=None)
    page = browser_.open("/warenkorb")
    assert "steht nicht mehr im Programm" in page.text
    assert f"/kurs/{course.slug}" not in page.html
    assert "Ihr Warenkorb ist leer" in browser_.submit("Entfernen").text


def test_several_people_are_counted_held_and_asked_for(buyer: Buyer) -> None:
    course, other = make_course(fee_cents=9800), make_course(fee_cents=1000)
    put_in(buyer.browser, course)
    put_in(buyer.browser, other)
    address = f"/warenkorb/{course.slug}/personen"
    page = send(buyer.browser, address, people="3")
    assert "304,00" in page.text
    htmx = {"HX-Request": "true", "HX-Target": "div#cart"}
    partial = send(buyer.browser, address, htmx, people="3")
    assert "304,00" in partial.text
    assert "<html" not in partial.html
    add_participant(buyer.customer.id, PersonData(ParticipantName("Kira", "Kunze")))
    kira = db.session.scalars(select(Participant.id)).one()
    buyer.browser.open("/warenkorb")
    form = buyer.browser.submit("Zum Anmeldeformular")
    assert form.html.count("<legend>") == 4
    assert "304,00" in form.text
    assert f'<option selected value="{kira}">' in form.html
    db.session.rollback()
    held = {hold.course_id: hold.seats for hold in db.session.scalars(select(SeatHold))}
    assert held == {course.id: 3, other.id: 1}


@pytest.mark.parametrize("typed", ["", "0", "-1", "99999", "x", "٣"])
def test_nonsense_for_people_stays_within_bounds(browser_: Browser, typed: str) -> None:
    course = make_course()
    put_in(browser_, course)
    assert send(browser_, f"/warenkorb/{course.slug}/personen", people=typed).status == 200
    db.session.rollback()
    people = db.session.scalars(select(CartItem.people)).one()
    assert people == (MAX_ATTENDEES if typed == "99999" else 1)


def test_too_few_seats_for_everybody_are_said_early(buyer: Buyer) -> None:
    course = make_course(max_participants=2)
    put_in(buyer.browser, course)
    page = send(buyer.browser, f"/warenkorb/{course.slug}/personen", people="3")
    assert "gibt es für Sie nur noch 2 Plätze" in page.text
    buyer.browser.open("/warenkorb")
    refused = buyer.browser.submit("Zum Anmeldeformular")
    assert refused.status == 422
    assert "gibt es für Sie nur noch 2 Plätze" in refused.text
    assert db.session.scalars(select(SeatHold)).all() == []


def test_a_form_that_is_open_already_gets_longer_and_loses_nobody(buyer: Buyer) -> None:
    course = make_course()
    put_in(buyer.browser, course)
    buyer.browser.open("/warenkorb")
    buyer.browser.submit("Zum Anmeldeformular")
    buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y", remark="Ganz vorn")
    send(buyer.browser, f"/warenkorb/{course.slug}/personen", people="2")
    buyer.browser.open("/warenkorb")
    form = buyer.browser.submit("Zum Anmeldeformular")
    assert form.html.count("<legend>") == 2
    assert "Ganz vorn" in form.html

"""Seats of open forms: nobody else gets them, nobody keeps them, nobody hoards them (BKG-19)."""

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.booking.checkout.actions.accepting import accept
from kmz.booking.checkout.actions.drafts import delete_old_drafts, draft_for, open_form
from kmz.booking.checkout.drafted import fresh_content
from kmz.booking.models import SeatHold
from kmz.booking.rules import CartOwner
from kmz.booking.seats.holds import HoldTerms, release_expired_holds
from kmz.catalog.models import Course
from kmz.clock import moved_by
from kmz.db import db, transaction
from tests.booking.conftest import Buyer, count_bookings, seats_taken
from tests.booking.test_cart import put_in
from tests.booking.waiting import entries, free_a_seat, make_full_course, states, wait_for
from tests.factories import make_course, make_customer


def seats_held(course: Course) -> int:
    db.session.rollback()
    return db.session.get_one(Course, course.id).seats_held


def holding(owner: str = "a", address: str = "x", *, most: int = 9, near: int = 99) -> HoldTerms:
    return HoldTerms(
        minutes=15, owner=owner, address=address, most_per_owner=most, most_per_address=near
    )


def test_an_open_form_holds_the_last_seat(buyer: Buyer, stranger: Buyer) -> None:
    course = make_course(max_participants=1)
    form = buyer.start(course)
    assert "für Sie reserviert" in form.text
    assert seats_held(course) == 1
    refused = stranger.browser.open(f"/buchen?kurs={course.slug}")
    assert refused.status == 422
    assert "Ausgebucht" in refused.text
    buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y")
    assert buyer.press().headings == ["Vielen Dank"]
    assert (seats_taken(course), seats_held(course)) == (1, 0)


def test_opening_it_again_leads_to_the_same_form_and_seat(buyer: Buyer) -> None:
    course = make_course(max_participants=1)
    first = buyer.start(course).path
    buyer.browser.open("/kurse")
    again = buyer.send("/buchen", kurs=course.slug)
    assert again.path == first
    assert seats_held(course) == 1


def test_after_a_quarter_of_an_hour_the_seat_is_free_by_itself(
    buyer: Buyer, stranger: Buyer
) -> None:
    course = make_course(max_participants=1)
    buyer.start(course)
    with moved_by(minutes=16):
        release_expired_holds()
        assert seats_held(course) == 0
        stranger.fill_in(course)
        assert stranger.press().headings == ["Vielen Dank"]
        refused = buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y")
        refused = buyer.press()
    assert refused.status == 422
    assert "Der letzte Platz wurde gerade vergeben" in refused.text
    assert (count_bookings(), seats_taken(course), seats_held(course)) == (1, 1, 0)


def test_who_comes_first_gets_a_seat_that_was_left_without_waiting_for_the_job(
    app: Flask,
) -> None:
    course = make_course(max_participants=1)
    one, other = (CartOwner(customer_id=make_customer().id) for _ in range(2))
    open_form(one, {course.id: 1}, holding("a"))
    with moved_by(minutes=16):
        open_form(other, {course.id: 1}, holding("b"))
        assert seats_held(course) == 1


def test_the_time_is_extended_once(buyer: Buyer) -> None:
    course = make_course(max_participants=1)
    buyer.start(course)
    with moved_by(minutes=10):
        page = buyer.browser.submit("Zeit verlängern")
        assert "Zeit verlängern" not in page.text
    with moved_by(minutes=20):
        release_expired_holds()
        assert seats_held(course) == 1
    with moved_by(minutes=26):
        release_expired_holds()
        assert seats_held(course) == 0


@pytest.mark.usefixtures("app")
def test_one_person_cannot_hoard() -> None:
    courses = [make_course() for _ in range(3)]
    owner = CartOwner(customer_id=make_customer().id)
    for course in courses:
        open_form(owner, {course.id: 1}, holding(most=2))
    assert [seats_held(course) for course in courses] == [1, 1, 0]


@pytest.mark.usefixtures("app")
def test_one_network_address_cannot_hoard() -> None:
    course = make_course(max_participants=9)
    for number in range(4):
        owner = CartOwner(customer_id=make_customer().id)
        open_form(owner, {course.id: 1}, holding(str(number), near=3))
    assert seats_held(course) == 3


@pytest.mark.usefixtures("app")
def test_a_forgotten_form_gives_its_seat_back() -> None:
    course = make_course()
    open_form(CartOwner(customer_id=make_customer().id), {course.id: 1}, holding())
    with moved_by(days=3):
        delete_old_drafts()
    assert seats_held(course) == 0


def test_more_people_hold_more_seats(buyer: Buyer) -> None:
    course = make_course(max_participants=3)
    buyer.start(course)
    assert buyer.browser.submit("Weitere Person").status == 200
    summary = buyer.browser.submit(
        "Weiter zur Zusammenfassung",
        of_age="y",
        mandate="y",
        participants_1_first_name="Mia",
        participants_1_last_name="Beispiel",
    )
    assert summary.headings == ["Anmeldung prüfen"]
    assert seats_held(course) == 2
    assert buyer.press().headings == ["Vielen Dank"]
    assert (count_bookings(), seats_taken(course), seats_held(course)) == (2, 2, 0)


def test_the_own_seat_does_not_stand_in_the_own_way(buyer: Buyer) -> None:
    """Back to the cart from the form, one course less, and on again."""
    full, other = make_course(max_participants=1), make_course()
    for course in (full, other):
        put_in(buyer.browser, course)
    buyer.browser.open("/warenkorb")
    buyer.browser.submit("Zum Anmeldeformular")
    assert "Ausgebucht" not in buyer.browser.open("/warenkorb").text
    buyer.send(f"/warenkorb/{other.slug}/loeschung")
    buyer.browser.open("/warenkorb")
    assert buyer.browser.submit("Zum Anmeldeformular").headings[0] == "Anmeldeformular"
    assert seats_held(full) == 1
    buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y")
    assert buyer.press().headings == ["Vielen Dank"]
    assert (seats_taken(full), seats_held(full)) == (1, 0)


@pytest.mark.usefixtures("app")
def test_the_form_opened_last_holds_the_seats() -> None:
    owner, stranger = (CartOwner(customer_id=make_customer().id) for _ in range(2))
    one, two = make_course(max_participants=3), make_course()
    open_form(owner, {one.id: 2}, holding())
    open_form(stranger, {one.id: 1}, holding("b"))
    open_form(owner, {one.id: 1, two.id: 1}, holding())
    assert (seats_held(one), seats_held(two)) == (2, 1)
    open_form(owner, {one.id: 2}, holding())
    assert (seats_held(one), seats_held(two)) == (3, 1)
    held = db.session.execute(select(SeatHold.course_id, SeatHold.seats).order_by(SeatHold.id))
    assert sorted(map(tuple, held)) == [(one.id, 1), (one.id, 2), (two.id, 1)]


@pytest.mark.usefixtures("app")
def test_seats_of_two_forms_become_one() -> None:
    owner = CartOwner(customer_id=make_customer().id)
    one, two = make_course(), make_course()
    open_form(owner, {one.id: 1, two.id: 1}, holding())
    with transaction() as session:  # as it was before forms took over from each other
        known = session.scalars(select(SeatHold).where(SeatHold.course_id == two.id)).one()
        other = draft_for(session, owner, fresh_content([two.id]))
        session.get_one(Course, two.id).seats_held = 2
        copied = {name: getattr(known, name) for name in ("expires_at", "owner", "address")}
        session.add(SeatHold(course_id=two.id, draft_id=other.id, seats=1, **copied))
    open_form(owner, {one.id: 1, two.id: 1}, holding())
    assert (seats_held(one), seats_held(two)) == (1, 1)


@pytest.mark.usefixtures("app")
def test_an_offered_seat_stays_with_its_form() -> None:
    full, other = make_full_course(), make_course()
    customer = wait_for(full)
    free_a_seat(full)
    owner = CartOwner(customer_id=customer.id)
    accept(entries(full)[0], owner, minutes=15)
    offered = select(SeatHold.draft_id).where(SeatHold.offer_id.is_not(None))
    form = db.session.scalars(offered).one()
    open_form(owner, {full.id: 1, other.id: 1}, holding())
    assert db.session.scalars(offered).one() == form
    assert (seats_held(full), seats_held(other)) == (1, 1)


@pytest.mark.usefixtures("app")
def test_a_form_opened_again_after_its_time_holds_anew() -> None:
    owner, course = CartOwner(customer_id=make_customer().id), make_course(max_participants=1)
    open_form(owner, {course.id: 1}, holding())
    with moved_by(minutes=16):
        open_form(owner, {course.id: 1}, holding())
        until = db.session.scalars(select(SeatHold.expires_at)).one()
        assert until > clock.now()
    assert seats_held(course) == 1


@pytest.mark.usefixtures("app")
def test_who_waits_comes_before_a_form_opened_again() -> None:
    owner = CartOwner(customer_id=make_customer().id)
    course = make_course(max_participants=1, waitlist_open=True)
    open_form(owner, {course.id: 1}, holding())
    wait_for(course)
    with moved_by(minutes=16):
        open_form(owner, {course.id: 1}, holding())
        assert states(course) == ["offered"]
        assert seats_held(course) == 1

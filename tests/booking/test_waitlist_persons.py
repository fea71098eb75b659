"""Places on the Warteliste belong to a person: adopted, ended by another seat, never handed on."""

from sqlalchemy import select

from kmz.audit.models import AuditEntry
from kmz.booking.models import OfferOutcome, WaitlistOffer
from kmz.booking.rules import ParticipantName
from kmz.booking.waitlist.actions import joining
from kmz.booking.waitlist.links import participant_key_of
from kmz.booking.waitlist.problems import Waiting
from kmz.db import db
from tests.booking.conftest import Buyer, change, count_bookings, count_mails
from tests.booking.waiting import (
    assert_sums,
    counters,
    entries,
    free_a_seat,
    make_full_course,
    states,
    wait_for,
    wish,
)
from tests.factories import make_customer, make_request
from tests.page import Browser
from tests.steps import log_in

GUEST = "gast@example.org"


def guest_waits(course_id: int) -> None:
    name = ParticipantName("Gerda", "Gast")
    person = Waiting(name, participant_key_of(name, GUEST))
    joining.join_as_guest(wish([course_id], person), GUEST)


def test_the_account_of_the_same_address_finds_where_a_guest_waits(browser_: Browser) -> None:
    course = make_full_course(fee_cents=0)
    wait_for(course)
    guest_waits(course.id)
    customer = make_customer(email=GUEST)
    log_in(browser_, GUEST)
    page = browser_.open("/konto/warteliste")
    assert "Gerda Gast" in page.text
    entry = entries(course)[1]
    assert (entry.customer_id, entry.link_hash) == (customer.id, None)
    assert entry.participant_key == f"{customer.id}:gerda gast"
    assert counters(course) == (2, 0, 2)
    assert "waitlist.adopted" in db.session.scalars(select(AuditEntry.action)).all()
    free_a_seat(course, 2)
    browser_.open("/konto/warteliste")
    assert browser_.submit("Platz annehmen").headings == ["Anmeldeformular"]
    assert_sums(course)


def test_another_address_finds_no_place(browser_: Browser) -> None:
    course = make_full_course()
    guest_waits(course.id)
    make_customer(email="andere@example.org")
    log_in(browser_, "andere@example.org")
    assert "Gerda" not in browser_.open("/konto/warteliste").text


def test_who_gets_a_seat_another_way_leaves_the_list_and_the_group(buyer: Buyer) -> None:
    course, other = make_full_course(fee_cents=0), make_full_course(fee_cents=0)
    wait_for(course, other, customer=buyer.customer)
    wait_for(other)
    change(course, max_participants=4)  # one for the list, one for anybody
    make_request(buyer.customer, course)
    assert (states(course), states(other)) == (["booked"], ["left", "waiting"])
    assert (counters(course), counters(other)) == ((3, 0, 0), (2, 0, 1))
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "waitlist.booked"))
    assert noted.one().details["reason"] == "anders einen Platz bekommen"
    assert (count_mails("M12"), count_mails("M31"), count_mails("M32")) == (0, 0, 0)
    assert_sums(course)


def test_the_seat_that_was_kept_goes_on_to_the_next_one(buyer: Buyer) -> None:
    course = make_full_course(fee_cents=0)
    wait_for(course, customer=buyer.customer)
    wait_for(course)
    free_a_seat(course)
    assert states(course) == ["offered", "waiting"]
    change(course, max_participants=4)
    make_request(buyer.customer, course)  # by an own form, not by the offer
    assert states(course) == ["booked", "offered"]
    db.session.rollback()
    outcomes = db.session.scalars(select(WaitlistOffer.outcome).order_by(WaitlistOffer.id)).all()
    assert outcomes == [OfferOutcome.ACCEPTED, OfferOutcome.OPEN]
    assert_sums(course)


def test_an_offer_is_for_the_person_who_waited(buyer: Buyer) -> None:
    course, browser = make_full_course(fee_cents=0), buyer.browser
    wait_for(course, customer=buyer.customer)
    free_a_seat(course)
    browser.open("/konto/warteliste")
    browser.submit("Platz annehmen")
    somebody = {
        "participants_0_who": "other",
        "participants_0_first_name": "Lena",
        "participants_0_last_name": "Neu",
    }
    page = browser.submit("Weiter zur Zusammenfassung", of_age="y", **somebody)
    assert page.status == 422
    assert "Der angebotene Platz ist für Andrea Beispiel" in page.text
    assert "Lena" in page.html  # nothing that was typed is lost
    assert (count_bookings(), states(course)) == (0, ["offered"])
    browser.submit("Weiter zur Zusammenfassung", of_age="y", participants_0_who="self")
    assert buyer.press().headings == ["Vielen Dank"]
    assert states(course) == ["booked"]

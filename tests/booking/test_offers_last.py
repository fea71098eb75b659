"""An offer of the Warteliste keeps its own time, and the list ends when the course begins."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kmz import clock
from kmz.booking.checkout.actions.drafts import delete_old_drafts
from kmz.booking.models import BookingDraft, SeatHold
from kmz.booking.waitlist.actions.jobs import look_after_waitlists
from kmz.db import db
from tests.booking.conftest import Buyer
from tests.booking.waiting import entries, free_a_seat, make_full_course, states, wait_for


@pytest.fixture
def settings() -> dict[str, str]:
    return {"KMZ_OFFER_HOURS": "96"}


def accepted(buyer: Buyer, **fields: object) -> BookingDraft:
    """The form of an offer that the buyer has opened."""
    course = make_full_course(**fields)
    wait_for(course, customer=buyer.customer)
    free_a_seat(course)
    buyer.browser.open("/konto/warteliste")
    buyer.send(f"/konto/warteliste/{entries(course)[0].id}/annahme")
    return db.session.scalars(select(BookingDraft)).one()


def test_a_form_is_kept_as_long_as_its_offer(buyer: Buyer) -> None:
    draft = accepted(buyer)
    course = db.session.scalars(select(SeatHold.course_id)).one()
    with clock.moved_by(hours=49):
        delete_old_drafts()
        look_after_waitlists()
    db.session.rollback()
    assert db.session.scalars(select(SeatHold.course_id)).all() == [course]
    assert db.session.scalars(select(BookingDraft.id)).all() == [draft.id]
    with clock.moved_by(hours=97):
        look_after_waitlists()
        delete_old_drafts()
    db.session.rollback()
    assert db.session.scalars(select(BookingDraft.id)).all() == []


def test_the_time_of_an_offer_cannot_be_shortened(buyer: Buyer) -> None:
    draft = accepted(buyer)
    before = db.session.scalars(select(SeatHold.expires_at)).one()
    buyer.send(f"/buchen/{draft.key}/verlaengerung")
    db.session.rollback()
    assert db.session.scalars(select(SeatHold.expires_at)).one() == before


def test_a_list_ends_when_the_course_begins_also_after_its_anmeldeschluss(buyer: Buyer) -> None:
    assert buyer
    now = clock.now()
    first = {"starts_on": clock.today() + timedelta(days=5), "sessions": 12}
    course = make_full_course(booking_closes_at=now + timedelta(days=3), **first)
    late = make_full_course(late_entry=True, **first)
    for one in (course, late):
        wait_for(one)
    with clock.moved_by(days=4):
        look_after_waitlists()
        assert states(course) == ["waiting"]
    with clock.moved_by(days=7):
        look_after_waitlists()
        assert (states(course), states(late)) == (["removed"], ["waiting"])

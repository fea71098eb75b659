"""Freed seats go to whoever waits, in order, told once, never to strangers (BKG-08–10, P3)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.audit.actions import SYSTEM
from kmz.booking.models import BookingDraft, OfferOutcome, SeatHold, WaitlistOffer
from kmz.booking.seats.taking import take_seats
from kmz.booking.waitlist.actions import joining as waitlist
from kmz.booking.waitlist.actions.jobs import look_after_waitlists
from kmz.booking.waitlist.actions.offers import use_offers
from kmz.booking.waitlist.problems import Waiting
from kmz.db import connection_of, db, transaction
from kmz.errors import RefusedError
from tests.booking.conftest import change, count_mails
from tests.booking.waiting import (
    assert_sums,
    counters,
    entries,
    free_a_seat,
    make_full_course,
    person_of,
    states,
    wait_for,
    wish,
)
from tests.factories import make_course, make_customer, make_staff

pytestmark = pytest.mark.usefixtures("app")


def accept(number: int = 0) -> None:
    """The person of an open offer books: the part of the checkout that concerns the seat."""
    db.session.rollback()
    query = select(SeatHold).where(SeatHold.offer_id.is_not(None)).order_by(SeatHold.id)
    hold = db.session.scalars(query).all()[number]
    hold_id, course_id = hold.id, hold.course_id
    with transaction() as session:
        draft = BookingDraft(key=f"draft {hold_id}", content={}, changed_at=clock.now())
        session.add(draft)
        session.flush()
        session.get_one(SeatHold, hold_id).draft_id = draft.id
    with transaction() as session:
        taken = take_seats(connection_of(session), draft.id, {course_id: 1})
        use_offers(session, taken.offer_ids, by=SYSTEM)


def outcomes() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(WaitlistOffer.outcome).order_by(WaitlistOffer.id)))


def test_a_freed_seat_is_offered_to_the_first_and_to_nobody_else() -> None:
    course = make_full_course()
    for _ in range(3):
        wait_for(course)
    assert counters(course) == (2, 0, 3)
    free_a_seat(course)
    assert states(course) == ["offered", "waiting", "waiting"]
    assert counters(course) == (1, 1, 2)
    assert (count_mails("M11"), count_mails("M12")) == (3, 1)
    assert_sums(course)


def test_a_stranger_gets_no_seat_while_somebody_waits() -> None:
    """Not even a seat that the job has not offered yet."""
    course = make_full_course()
    wait_for(course)
    change(course, max_participants=3)
    with transaction() as session:
        assert take_seats(connection_of(session), 0, {course.id: 1}).courses == []
    look_after_waitlists()
    assert states(course) == ["offered"]
    change(course, max_participants=4)
    with transaction() as session:
        assert len(take_seats(connection_of(session), 0, {course.id: 1}).courses) == 1


def test_the_click_of_the_offered_person_takes_exactly_the_kept_seat() -> None:
    course = make_full_course()
    wait_for(course)
    wait_for(course)
    free_a_seat(course)
    accept()
    assert states(course) == ["booked", "waiting"]
    assert counters(course) == (2, 0, 1)
    assert outcomes() == [OfferOutcome.ACCEPTED]


def test_an_offer_that_lapses_goes_on_to_the_next_one_and_is_told_once() -> None:
    course = make_full_course()
    wait_for(course)
    wait_for(course)
    free_a_seat(course)
    with clock.moved_by(hours=47):
        look_after_waitlists()
        assert states(course) == ["offered", "waiting"]
    with clock.moved_by(hours=49):
        look_after_waitlists()
        look_after_waitlists()
    assert states(course) == ["lapsed", "offered"]
    assert (count_mails("M31"), count_mails("M12")) == (1, 2)
    assert outcomes() == [OfferOutcome.LAPSED, OfferOutcome.OPEN]
    assert_sums(course)


def test_leaving_five_times_leaves_once() -> None:
    course = make_full_course()
    customer = wait_for(course)
    wait_for(course)
    free_a_seat(course)
    (first, _) = entries(course)
    answers = [waitlist.leave(first.id, by=customer) for _ in range(5)]
    assert answers == [True, False, False, False, False]
    assert states(course) == ["declined", "offered"]
    assert count_mails("M12") == 2
    assert_sums(course)


def test_five_times_leaving_at_once_leaves_once(app: Flask) -> None:
    course = make_full_course()
    wait_for(course)
    wait_for(course)
    free_a_seat(course)
    number = entries(course)[0].id
    db.session.rollback()
    start = Barrier(5)

    def leave(_number: int) -> bool:
        with app.app_context():
            start.wait()
            return waitlist.leave(number, by=SYSTEM)

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(leave, range(5))) == [False, False, False, False, True]
    assert states(course) == ["declined", "offered"]
    assert count_mails("M12") == 2
    assert_sums(course)


def test_queueing_five_times_gives_one_place() -> None:
    course, customer = make_full_course(), make_customer()
    wait_for(course, customer=customer)
    for _ in range(4):
        with pytest.raises(RefusedError, match=r"waitlist\.known"):
            wait_for(course, customer=customer)
    assert states(course) == ["waiting"]
    assert (counters(course), count_mails("M11")) == ((2, 0, 1), 1)


def test_many_at_once_join_and_leave_and_no_seat_is_promised_twice(app: Flask) -> None:
    """Eight join while seats become free and offers are declined."""
    course = make_full_course(max_participants=4, seats_taken=4)
    course_id, people = course.id, [make_customer() for _ in range(8)]
    wishes = [wish([course_id], person_of(one)) for one in people]
    numbers = [one.id for one in people]
    db.session.refresh(course)
    db.session.expunge(course)  # all threads read it
    db.session.rollback()
    start = Barrier(8)

    def live(number: int) -> None:
        with app.app_context():
            customer = db.session.get_one(type(people[0]), numbers[number])
            start.wait()
            waitlist.join(wishes[number], customer=customer)
            if number % 2:
                free_a_seat(course)
            if number % 4 == 0:
                mine = [one for one in entries(course) if one.customer_id == numbers[number]]
                waitlist.leave(mine[0].id, by=SYSTEM)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(live, range(8)))
    assert_sums(course)
    assert counters(course) == (0, 4, 2)
    told = count_mails("M12")
    assert told == len(outcomes())
    alive = [state for state in states(course) if state in {"offered", "waiting"}]
    assert alive == ["offered"] * 4 + ["waiting"] * 2  # the order of the ids


def test_more_places_are_offered_in_order_within_a_minute() -> None:
    course = make_full_course()
    for _ in range(3):
        wait_for(course)
    change(course, max_participants=4)
    look_after_waitlists()
    assert states(course) == ["offered", "offered", "waiting"]
    assert_sums(course)


@pytest.mark.parametrize(
    "stop",
    [{"published_at": None}, {"booking_closes_at": "past"}, {"booking_channel": "office"}],
    ids=["unpublished", "closed", "office only"],
)
def test_what_nobody_can_book_is_offered_to_nobody(stop: dict[str, object]) -> None:
    course = make_full_course()
    wait_for(course)
    past = clock.now() - timedelta(days=1)
    change(course, **{name: past if value == "past" else value for name, value in stop.items()})
    free_a_seat(course)
    look_after_waitlists()
    assert states(course) == ["waiting"]
    assert_sums(course)


def test_the_list_of_a_cancelled_course_ends_and_everybody_is_told() -> None:
    course = make_full_course()
    wait_for(course)
    wait_for(course)
    free_a_seat(course)
    change(course, cancelled_at=clock.now())
    look_after_waitlists()
    look_after_waitlists()
    assert states(course) == ["removed", "removed"]
    assert (counters(course), count_mails("M32")) == ((1, 0, 0), 2)


def test_who_gets_one_of_several_courses_leaves_the_others() -> None:
    monday, friday = make_full_course(), make_full_course()
    wait_for(monday, friday)
    wait_for(friday)
    free_a_seat(monday)
    free_a_seat(friday)
    assert (states(monday), states(friday)) == (["offered"], ["offered", "waiting"])
    accept()
    assert (states(monday), states(friday)) == (["booked"], ["declined", "offered"])
    for course in (monday, friday):
        assert_sums(course)


def test_an_offer_whose_seat_was_let_go_is_no_dead_end() -> None:
    """Its person took the course out of the form; the seat goes on."""
    course = make_full_course()
    wait_for(course)
    wait_for(course)
    free_a_seat(course)
    with transaction() as session:
        session.delete(session.scalars(select(SeatHold)).one())
    change(course, seats_held=0)
    look_after_waitlists()
    assert states(course) == ["lapsed", "offered"]
    assert_sums(course)


def test_a_course_with_seats_and_a_full_list_take_nobody() -> None:
    with pytest.raises(RefusedError, match=r"waitlist\.none"):
        wait_for(make_course(waitlist_open=True))
    course, customer = make_full_course(), make_customer()
    wait_for(course)
    with pytest.raises(RefusedError, match=r"waitlist\.none"):
        waitlist.join(wish([course.id], person_of(customer), most=1), customer=customer)
    assert_sums(course)


def test_the_office_may_offer_out_of_turn_with_a_reason() -> None:
    course, staff = make_full_course(), make_staff()
    for _ in range(3):
        wait_for(course)
    free_a_seat(course)
    first, _, third = entries(course)
    asked = {"reason": "Bildungsurlaub ist genehmigt", "by": staff}
    with pytest.raises(RefusedError, match=r"waitlist\.no_seat"):
        waitlist.offer_out_of_turn(course.id, third.id, instead_of=None, **asked)
    waitlist.offer_out_of_turn(course.id, third.id, instead_of=first.id, **asked)
    assert states(course) == ["waiting", "waiting", "offered"]
    assert (count_mails("M33"), count_mails("M12")) == (1, 2)
    assert outcomes() == [OfferOutcome.TAKEN_BACK, OfferOutcome.OPEN]
    assert_sums(course)


def test_staff_put_somebody_on_the_list_who_phoned() -> None:
    course, staff = make_full_course(), make_staff()
    person = person_of(make_customer(), "Ida")
    waitlist.add_by_staff(course.id, Waiting(person.name, "office:ida"), "", by=staff)
    free_a_seat(course)
    assert states(course) == ["offered"]
    assert (count_mails("M11"), count_mails("M12")) == (0, 0)
    assert waitlist.remove(course.id, entries(course)[0].id, reason="Verzichtet", by=staff)
    assert counters(course) == (1, 0, 0)

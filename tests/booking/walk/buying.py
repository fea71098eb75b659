"""Opening forms, pressing the last button, and what the office makes of it."""

from collections.abc import Sequence
from contextlib import suppress

from flask import current_app
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import update

from kmz import clock
from kmz.booking.checkout import queries
from kmz.booking.checkout.actions.book import book
from kmz.booking.checkout.actions.drafts import open_form, save_draft
from kmz.booking.guest_key import guest_key
from kmz.booking.guests.actions import adopt_requests, adopt_waiting
from kmz.booking.leaving.actions.refunds import finish_refund
from kmz.booking.models import SEAT_HOLDING, Booking, BookingStatus, WaitlistStatus
from kmz.booking.office.decisions import cancel_course, confirm_bookings, reject_booking
from kmz.booking.queries import light_courses
from kmz.booking.rules import ParticipantName
from kmz.booking.seats.holds import extend_hold
from kmz.booking.waitlist.rules import ON_THE_LIST
from kmz.catalog.actions.courses import save_course
from kmz.catalog.course_data import CourseData, SessionData
from kmz.catalog.queries import get_course
from kmz.catalog.rules import availability
from kmz.db import db, transaction
from kmz.errors import NotFoundError, RefusedError
from tests.booking.walk.books import Books
from tests.booking.walk.desk import FEE, Desk, which
from tests.booking.walk.people import FAMILY, SEMESTER, Form

somebody = st.integers(0, 4)
in_courses = st.sampled_from([(0,), (0,), (1,), (0, 1)])
with_people = st.sampled_from([FAMILY[:1], FAMILY[:1], FAMILY[:2], FAMILY[1:], FAMILY])


class Buying(Desk):
    """From the form to the seat."""

    # Forms, and the last click. ------------------------------------------------------------------

    @rule(who=somebody, courses=in_courses, attend=with_people)
    def fill_in_a_form(
        self, who: int, courses: tuple[int, ...], attend: Sequence[ParticipantName | None]
    ) -> None:
        self._fill_in(who, courses, attend)

    @rule(who=somebody, courses=in_courses, attend=with_people)
    def book_at_once(
        self, who: int, courses: tuple[int, ...], attend: Sequence[ParticipantName | None]
    ) -> None:
        form = self._fill_in(who, courses, attend)
        self.books = Books.read()
        self.press_for(form)

    def _fill_in(
        self, who: int, courses: tuple[int, ...], attend: Sequence[ParticipantName | None]
    ) -> Form:
        person, ids = self.people[who], [self.courses[index] for index in courses]
        key = open_form(person.owner, dict.fromkeys(ids, len(attend)), person.hold_terms)
        form = next((one for one in self.forms if one.key == key), None)
        if form is None:
            form = Form(person, key, person.content(ids, attend))
            self.forms.append(form)
        form.content = person.content(ids, attend)
        save_draft(person.owner, form.content, key=key, holding=person.hold_terms)
        self._nobody_jumped(form)
        return form

    @precondition(lambda self: self.forms)
    @rule(index=which)
    def press(self, index: int) -> None:
        self.press_for(self.newest(self.forms, index))

    def press_for(self, form: Form) -> None:
        must = self._has_all_it_needs(form)
        try:
            reference = book(form.person.owner, form.key, form.terms(FEE))
        except NotFoundError:  # forgotten after two days
            self.forms.remove(form)
            return
        except RefusedError:
            self.assert_nothing_changed()
            reference = ""
        assert reference or not must
        if not reference:
            return
        if form.reference:
            assert (reference, Books.read()) == (form.reference, self.books)
        form.reference = reference
        self._nobody_jumped(form)

    @precondition(lambda self: self.forms)
    @rule(index=which)
    def ask_for_more_time(self, index: int) -> None:
        form = self.newest(self.forms, index)
        with suppress(NotFoundError):  # forgotten after two days
            extend_hold(queries.get_draft(form.person.owner, form.key).id, minutes=15)

    # What the office decides. --------------------------------------------------------------------

    @precondition(lambda self: self.books.bookings)
    @rule(index=which)
    def confirm(self, index: int) -> None:
        booking = self.booking(index)
        done = confirm_bookings([booking.id], by=self.staff)
        assert bool(done) == (booking.status == BookingStatus.REQUESTED)

    @precondition(lambda self: self.books.bookings)
    @rule(index=which)
    def reject(self, index: int) -> None:
        booking = self.booking(index)
        done = reject_booking(booking.id, reason="Es fehlt ein Vorkurs.", by=self.staff)
        assert done == (booking.status == BookingStatus.REQUESTED)

    @precondition(lambda self: self.booking(0, BookingStatus.CONFIRMED))
    @rule()
    def collect(self) -> None:
        """The bank has collected the fees of all firm bookings."""
        firm = update(Booking).where(Booking.status == BookingStatus.CONFIRMED)
        with transaction() as session:
            session.execute(firm.values(paid_cents=Booking.fee_cents))

    @precondition(lambda self: self.books.refunds)
    @rule(index=which)
    def pay_back(self, index: int) -> None:
        refund = self.newest(self.books.refunds, index)
        assert finish_refund(refund.id, by=self.staff) == (refund.done_at is None)

    @rule(course=st.integers(0, 1), most=st.integers(1, 5))
    def change_the_places(self, course: int, most: int) -> None:
        self._allow(course, most)

    @precondition(lambda self: self.entry(0, WaitlistStatus.WAITING))
    @rule(course=st.integers(0, 1), who=somebody)
    def make_room_for_one(self, course: int, who: int) -> None:
        """The job will offer the place within a minute; who comes before it gets no seat by it."""
        self._allow(course, self.books.by_course(self.courses[course]).promised + 1)
        self.books = Books.read()
        self._fill_in(who, (course,), FAMILY[1:2])

    def _allow(self, course: int, most: int) -> None:
        row = get_course(self.courses[course])
        sessions = [SessionData(one.day, one.starts_at, one.ends_at, None) for one in row.sessions]
        data = CourseData(
            number=row.number,
            plain_fields={"max_participants": most},
            description="",
            notes="",
            sessions=sessions,
            instructors=[],
            semester_code=SEMESTER,
            accepts_overbooking=True,
        )
        save_course(data, course_id=row.id, version=row.version, by=self.staff)
        self.noted["course.changed", row.id] += 1

    @precondition(lambda self: len(self.books.events) > 8)
    @rule(course=st.integers(0, 1))
    def call_the_course_off(self, course: int) -> None:
        alive = [
            one
            for one in self.books.bookings
            if one.course_id == self.courses[course] and one.status in SEAT_HOLDING
        ]
        try:
            ended = cancel_course(self.courses[course], reason="Zu wenige", by=self.staff)
        except RefusedError:
            self.assert_nothing_changed()
            return
        assert ended == len(alive)
        self.noted["course.cancelled", self.courses[course]] += 1

    @precondition(lambda self: any(one.guest_key for one in self.books.requests))
    @rule()
    def log_in_and_find_what_a_guest_did(self) -> None:
        """The first customer's address is that of a guest."""
        customer = self.people[0]
        found = [
            one.id
            for one in self.books.requests
            if one.guest_key and one.contract_partner["email"] == customer.email
        ]
        already = {id_ for action, id_ in self.noted if action == "booking.adopted"}
        key = guest_key(current_app.extensions["kmz_vault"], customer.email)
        adopted = adopt_requests(customer.row, key)
        new = [one for one in found if one not in already]
        assert adopted == len(new)
        self.noted.update(("booking.adopted", one) for one in new)
        waits = [
            one.id
            for one in self.books.entries
            if one.customer_id is None and one.email == customer.email and one.status in ON_THE_LIST
        ]
        assert adopt_waiting(customer.row) == len(waits)
        self.noted.update(("waitlist.adopted", one) for one in waits)

    def _has_all_it_needs(self, form: Form) -> bool:
        """Whether the click has to succeed: every seat is held, and nothing else speaks against
        it.
        """
        db.session.rollback()
        try:
            draft = queries.get_draft(form.person.owner, form.key)
        except NotFoundError:
            return False
        if form.reference:
            return True
        held = {course_id: hold.seats for course_id, hold in queries.holds_of(draft.id).items()}
        booked = {
            (one.course_id, one.participant_key)
            for one in self.books.bookings
            if one.status in SEAT_HOLDING
        }
        states = [
            availability(course, now=clock.now()) for course in light_courses(list(form.seats))
        ]
        return (
            all(held.get(course_id, 0) >= seats for course_id, seats in form.seats.items())
            and not booked & set(form.people)
            and all(state.bookable or state.is_full for state in states)
        )

    def _nobody_jumped(self, form: Form) -> None:
        """Who took or holds more seats than before took them from nobody who waits."""
        after = Books.read()
        for course_id in form.seats:
            old = self.books.by_course(course_id).promised
            if after.by_course(course_id).promised > old:
                assert after.by_course(course_id).free >= 0

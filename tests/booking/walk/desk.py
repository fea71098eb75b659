"""What every part of the walk shares: the people, the model's few notes, and what must be true."""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from kmz import clock
from kmz.accounts.models import StaffUser
from kmz.booking.models import Booking, BookingStatus
from kmz.catalog.models import Course
from kmz.db import db
from tests.booking.walk import books as sums
from tests.booking.walk import told
from tests.booking.walk.books import Books
from tests.booking.walk.people import Form, Person, empty_everything, semester_of_walks
from tests.factories import make_course

FEE, REDUCED = 9800, 6000
# Which of the things there are, the newest first.
which = st.integers(0, 5)


class Desk(RuleBasedStateMachine):
    """Two courses with few seats, which everybody wants."""

    people: ClassVar[list[Person]]
    staff: ClassVar[StaffUser]

    @initialize()
    def start(self) -> None:
        empty_everything()
        self.clock = ExitStack()
        values: dict[str, Any] = {
            "max_participants": 3,
            "fee_cents": FEE,
            "waitlist_open": True,
        }
        # Two courses of one kind: who is in one may be moved into the other.
        values |= {"title": "Italienisch", "semester_id": semester_of_walks()}
        values |= {"concession_allowed": True, "reduced_fee_cents": REDUCED}
        today = clock.today()
        soon = make_course(starts_on=today + timedelta(days=12), **values)
        later = make_course(
            starts_on=today + timedelta(days=30),
            external_participants=1,
            late_entry=True,
            **values,
        )
        self.courses = [soon.id, later.id]
        self.addresses = {one.customer_id or 0: one.email for one in self.people}
        self.forms: list[Form] = []
        # What no row of its own remembers: mails and audit entries.
        self.told: Counter[tuple[str, str]] = Counter()
        self.noted: Counter[tuple[str, int | None]] = Counter()
        self.tokens = count()
        self.books = Books.read()

    def teardown(self) -> None:
        if hasattr(self, "clock"):
            self.clock.close()

    # What must hold after every step. ------------------------------------------------------------

    @invariant()
    def everything_adds_up(self) -> None:
        before, self.books = self.books, Books.read()
        sums.check_seats(self.books, before)
        sums.check_counters(self.books)
        sums.check_offers(self.books)
        sums.check_order(self.books, before)
        sums.check_passing_on(self.books, before)
        sums.check_ways(self.books)
        sums.check_money(self.books, FEE)
        told.check_mails(self.books, self.addresses, self.told)
        told.check_audit(self.books, self.noted)

    # What the rules need again and again. --------------------------------------------------------

    def assert_nothing_changed(self) -> None:
        assert Books.read() == self.books

    def newest(self, things: Sequence[Any], index: int) -> Any:
        """One of these, counted from the end; None where there is none."""
        return things[-1 - index % len(things)] if things else None

    def booking(self, index: int, *states: BookingStatus) -> Any:
        """One of the bookings, in one of the states if some are named."""
        found = [one for one in self.books.bookings if not states or one.status in states]
        return self.newest(found, index)

    def entry(self, index: int, *states: str) -> Any:
        """One of the entries of the Warteliste, in one of the states if some are named."""
        found = [one for one in self.books.entries if not states or one.status in states]
        return self.newest(found, index)

    def customer_of(self, booking_id: int) -> Person | None:
        owner = db.session.get_one(Booking, booking_id).customer_id
        found = (one for one in self.people if one.customer_id and one.customer_id == owner)
        return next(found, None)

    def course(self, course_id: int) -> Course:
        return db.session.get_one(Course, course_id)

    def is_over(self, course_id: int) -> bool:
        last = self.course(course_id).ends_on
        return last is not None and last < clock.today()

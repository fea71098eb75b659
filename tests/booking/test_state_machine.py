"""Whatever customers, guests, the office and the clock do to two courses: seats, order, mails,
money and the audit log agree after every step.
"""

from datetime import timedelta

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test
from sqlalchemy import func, select

from kmz import clock
from kmz.booking import queries
from kmz.booking.checkout.actions.drafts import delete_old_drafts
from kmz.booking.models import Booking, BookingStatus
from kmz.booking.office.expiry import expire_requests
from kmz.booking.seats.holds import release_expired_holds
from kmz.booking.waitlist import queries as waitlist_queries
from kmz.booking.waitlist.actions.jobs import look_after_waitlists
from kmz.booking.waitlist.actions.offers import offer_time
from kmz.db import db
from tests.booking.walk.books import Books
from tests.booking.walk.leaving import Leaving
from tests.booking.walk.moving import Moving
from tests.booking.walk.people import FAMILY, make_people, make_reason
from tests.booking.walk.waiting import Waiting
from tests.factories import make_staff

BINDING_DAYS = 14
pauses = st.sampled_from(
    [
        timedelta(minutes=5),
        timedelta(minutes=20),
        timedelta(hours=25),
        timedelta(hours=49),
        timedelta(days=5),
        timedelta(days=15),
    ]
)


class _AllRules:
    """Hypothesis leaves out some of the rules in each walk; here one thing needs another."""

    def is_enabled(self, _name: str) -> bool:
        return True


class Everything(Waiting, Leaving, Moving):
    """All of it at once, and time that passes."""

    def __init__(self) -> None:
        super().__init__()
        self._rules_strategy.enabled_rules_strategy = st.just(_AllRules())

    @initialize()
    def start(self) -> None:
        """One course is full, two wait for it and the first was offered a seat; the other course
        has a booking. One of them has shown a proof.
        """
        super().start()
        self.book_at_once(0, (0,), FAMILY[:2])
        self.book_at_once(3, (0,), FAMILY[:1])
        self.book_at_once(1, (1,), FAMILY[:1])
        self.books = Books.read()
        self.join_the_list(2, (0,), 0)
        self.join_the_list(1, (0,), 1)
        self.confirm(2)
        self.confirm(3)
        self.books = Books.read()
        self.decide_an_ermaessigung(0, is_right=True)
        self.collect()
        self.books = Books.read()
        self.reject(1)

    @rule(pause=pauses, worker=st.booleans())
    def let_time_pass(self, pause: timedelta, *, worker: bool) -> None:
        self.clock.enter_context(clock.moved_by(seconds=pause.total_seconds()))
        if worker:
            self.let_the_worker_work()

    @rule()
    def let_the_worker_work(self) -> None:
        release_expired_holds()
        delete_old_drafts()
        expire_requests(after_days=BINDING_DAYS)
        look_after_waitlists()
        self._nothing_is_left_over()

    def _nothing_is_left_over(self) -> None:
        """No seat stands empty while somebody waits, no offer and no request is too old."""
        books = Books.read()
        assert waitlist_queries.lapsed_offers(clock.now()) == []
        asked = select(func.min(Booking.requested_at)).where(
            Booking.status == BookingStatus.REQUESTED
        )
        oldest = db.session.scalar(asked)
        assert oldest is None or clock.now() - oldest <= timedelta(days=BINDING_DAYS, seconds=9)
        for course in queries.light_courses(self.courses):
            if offer_time(course) is not None and books.by_course(course.id).empty > 0:
                assert waitlist_queries.next_in_line(course.id, 1) == []
        db.session.rollback()


def test_seats_order_mails_and_money_agree_after_every_step(app: Flask) -> None:
    assert app
    Everything.people, Everything.staff = make_people(), make_staff()
    make_reason()
    run_state_machine_as_test(
        Everything,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            # Each step writes: shrinking a failure would take longer than reading it.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )

"""Courses as light rows: what their state depends on and what a booking freezes, no texts."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, func, literal_column, select

from kmz.catalog.models import Course, CourseSession
from kmz.catalog.models.courses import seats_for_anybody


@dataclass(slots=True)
class CourseState:
    """The columns on which the state of a course depends (`rules.availability`)."""

    cancelled_at: datetime | None
    starts_on: date | None
    ends_on: date | None
    booking_opens_at: datetime | None
    booking_closes_at: datetime | None
    booking_channel: str
    late_entry: bool
    waitlist_open: bool
    fee_cents: int | None
    max_participants: int
    seats_taken: int
    seats_held: int
    seats_waiting: int
    external_participants: int | None

    @property
    def taken(self) -> int:
        """Booked seats, here or elsewhere."""
        return self.seats_taken + (self.external_participants or 0)

    @property
    def seats_free(self) -> int | None:
        """Seats that anybody may book; None where the course has no known maximum."""
        return seats_for_anybody(self)


@dataclass(slots=True)
class LightCourse(CourseState):
    """What a booking needs besides; `session_count` without sessions that were called off."""

    id: int
    slug: str
    number: str
    title: str
    published_at: datetime | None
    version: int
    reduced_fee_cents: int | None
    concession_allowed: bool
    cancellation_policy_id: int | None
    withdrawal_right: str
    session_count: int


# The columns of Course that a LightCourse has.
COLUMNS = [field.name for field in fields(LightCourse)][:-1]


def light_columns() -> list[ColumnElement[Any]]:
    """The columns of a LightCourse in its order, for SELECT and for RETURNING."""
    plain = [getattr(Course, column) for column in COLUMNS]
    # Written out: in RETURNING for SQLite all columns lose their table, and `id` alone would be the
    # session's.
    course_id = literal_column("course.id", Integer)
    held = select(func.count()).where(
        CourseSession.course_id == course_id, CourseSession.is_cancelled.is_(False)
    )
    return [*plain, held.scalar_subquery()]

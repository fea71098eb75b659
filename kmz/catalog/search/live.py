"""The part of a course list that changes by the minute: seats and states, in one query."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from kmz import clock
from kmz.catalog.models import Course
from kmz.catalog.rules import Availability, availability
from kmz.db import db


@dataclass(frozen=True, slots=True)
class _LightCourse:
    """The columns on which the state of a course depends."""

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
    external_participants: int | None

    @property
    def seats_free(self) -> int | None:
        if not self.max_participants:
            return None
        occupied = self.seats_taken + (self.external_participants or 0)
        return max(0, self.max_participants - occupied)


_COLUMNS = [getattr(Course, name) for name in _LightCourse.__slots__]


def live_states(course_ids: list[int]) -> dict[int, Availability]:
    """The states of these courses now; one that is no longer published is missing."""
    if not course_ids:
        return {}
    now = clock.now()
    query = select(Course.id, *_COLUMNS).where(
        Course.id.in_(course_ids), Course.published_at.is_not(None)
    )
    return {
        row[0]: availability(_LightCourse(*row[1:]), now=now) for row in db.session.execute(query)
    }

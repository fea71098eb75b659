"""The part of a course list that changes by the minute: seats and states, in one query."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, bindparam, select

from kmz import clock
from kmz.catalog.models import Course
from kmz.catalog.rules import Availability, availability
from kmz.db import db


@dataclass(slots=True)
class _State:
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


# The table, not the class: a list needs no objects, and this is the query behind every list.
_COURSES = cast("Table", Course.__table__)
_QUERY = select(_COURSES.c.id, *(_COURSES.c[field.name] for field in fields(_State))).where(
    _COURSES.c.id.in_(bindparam("ids", expanding=True)), _COURSES.c.published_at.is_not(None)
)


def live_states(course_ids: list[int]) -> dict[int, Availability]:
    """The states of these courses now; one that is no longer published is missing."""
    if not course_ids:
        return {}
    now = clock.now()
    rows = db.session.connection().execute(_QUERY, {"ids": course_ids})
    return {row[0]: availability(_State(*row[1:]), now=now) for row in rows}

"""Which courses can be booked now: the one thing in the search that changes by the minute.

Seats do not raise the catalogue's version; a thousand bookings in a minute must not make a thousand
indexes. The states shown beside the courses are always read live (`live`); this set, a few seconds
old at most, decides only what "nur buchbare" lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kmz.catalog.light import CourseState
from kmz.catalog.models import Course
from kmz.catalog.rules import CourseAvailability, availability
from kmz.catalog.search.bits import bits_of, positions_of
from kmz.catalog.search.snapshot import Snapshot

_SEATS = (Course.seats_taken, Course.seats_held, Course.seats_waiting)
# Taken, held, waiting, elsewhere.
Seats = tuple[int, int, int, int | None]

_OFFERED = frozenset(
    {
        CourseAvailability.FREE,
        CourseAvailability.FEW,
        CourseAvailability.RUNNING_BOOKABLE,
        CourseAvailability.NOT_OPEN_YET,
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Openings:
    """The bookable courses of a snapshot, and the moment at which time alone changes that."""

    bits: int
    seats: Mapping[int, Seats]
    fingerprint: tuple[int, ...]
    valid_until: datetime | None

    def is_valid(self, now: datetime) -> bool:
        return self.valid_until is None or now < self.valid_until


def is_offered(state: CourseState, now: datetime) -> bool:
    """Whether "nur buchbare" shows a course: it can be booked, or will be once bookings open.

    What only the office books counts as long as a seat may be left.
    """
    code = availability(state, now=now).code
    if code is CourseAvailability.OFFICE_ONLY:
        return state.seats_free != 0
    return code in _OFFERED


def read_fingerprint(session: Session) -> tuple[int, ...]:
    """Numbers that differ after any change of seats; one row, without reading the courses."""
    external = func.coalesce(Course.external_participants, 0)
    query = select(
        func.count(),
        *(func.coalesce(func.sum(column * Course.id), 0) for column in _SEATS),
        func.coalesce(func.sum(external * Course.id), 0),
    ).where(Course.published_at.is_not(None))
    return tuple(int(number) for number in session.execute(query).one())


def _with_seats(state: CourseState, seats: Seats) -> CourseState:
    taken, held, waiting, external = seats
    if seats == (
        state.seats_taken,
        state.seats_held,
        state.seats_waiting,
        state.external_participants,
    ):
        return state
    return replace(
        state,
        seats_taken=taken,
        seats_held=held,
        seats_waiting=waiting,
        external_participants=external,
    )


def read_openings(session: Session, snapshot: Snapshot, now: datetime) -> Openings:
    """The openings as the database has them now: two queries."""
    fingerprint = read_fingerprint(session)
    query = select(Course.id, *_SEATS, Course.external_participants).where(
        Course.published_at.is_not(None)
    )
    seats = {row[0]: (row[1], row[2], row[3], row[4]) for row in session.execute(query)}
    open_positions = []
    moments = []
    for position in positions_of(snapshot.not_over):
        entry = snapshot.entries[position]
        now_taken = seats.get(entry.card.id)
        if now_taken is None:
            continue
        state = _with_seats(entry.state, now_taken)
        if is_offered(state, now):
            open_positions.append(position)
        moments += [
            moment
            for moment in (state.booking_opens_at, state.booking_closes_at)
            if moment is not None and moment >= now
        ]
    return Openings(
        bits=bits_of(open_positions, len(snapshot.entries)),
        seats=seats,
        fingerprint=fingerprint,
        valid_until=min(moments, default=None),
    )

"""Whether what somebody saw of the catalogue is still so, told without reading the catalogue.

Two things change it: the catalogue itself, whose version is one row, and the seats of the courses
that a page shows, which are one small query. Both answers are kept for at most a second
(`kmz.web.brief`), so no 304 hides a change for longer than a kept page would.
"""

from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy import select

from kmz import clock
from kmz.catalog.models import CatalogVersion
from kmz.catalog.rules import CourseLike
from kmz.catalog.search import catalog_search
from kmz.catalog.states import state_now
from kmz.db import db
from kmz.web.brief import BriefMemory, brief_memory
from kmz.web.recent import RecentMemory, recent_memory

_ADDRESSES = 2000


class CatalogStamp(NamedTuple):
    """The version of the catalogue, and the moment it became this one (None: not known)."""

    number: int
    changed_at: datetime | None


def catalog_stamp() -> CatalogStamp:
    """The catalogue's version; at most one tiny query a second."""
    memory: BriefMemory[CatalogStamp] = brief_memory("catalog_stamp")
    return memory.get((), _ask_stamp)


def changed_by_today(stamp: CatalogStamp) -> datetime | None:
    """When what depends on the catalogue and on the day became what it is."""
    midnight = clock.berlin_moment(clock.today())
    return max(stamp.changed_at, midnight) if stamp.changed_at else None


def _ask_stamp() -> CatalogStamp:
    row = db.session.execute(select(CatalogVersion.number, CatalogVersion.changed_at)).first()
    return CatalogStamp(*row) if row else CatalogStamp(0, None)


def search_stamp() -> Hashable:
    """What the search would answer from now: its index, which courses can be booked, the day."""
    present = catalog_search().present()
    snapshot = present.snapshot
    return (repr(snapshot.version), snapshot.built_on, hash(present.openings.bits), clock.today())


class _Seats(CourseLike, Protocol):
    @property
    def taken(self) -> int: ...


def live_version(courses: Mapping[int, _Seats]) -> Hashable:
    """What pages show of these rows, as a value to compare: seats, and the state in words."""
    now = clock.now()
    return tuple(
        (course_id, course.taken, state_now(course, now=now).text)
        for course_id, course in sorted(courses.items())
    )


def shown_courses() -> RecentMemory[tuple[int, ...]]:
    """Which courses an address showed last in this process: to tell whether it would look the same,
    only these have to be looked at.
    """
    return recent_memory("shown_courses", _ADDRESSES)

"""Whether what somebody saw of the catalogue is still so, told without reading the catalogue.

Two things change it: the catalogue itself, whose version is one row, and the seats of the courses
that a page shows, which are one small query. Both answers are kept for at most a second
(`kmz.web.brief`), so no 304 hides a change for longer than a kept page would.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import NamedTuple, Protocol, cast

from flask import current_app
from sqlalchemy import Table, bindparam, select

from kmz import clock
from kmz.catalog.light import CourseState
from kmz.catalog.models import CatalogVersion, Course
from kmz.catalog.rules import CourseLike
from kmz.catalog.states import state_now
from kmz.db import db
from kmz.web.brief import BriefMemory, brief_memory

_ADDRESSES = 2000
_COURSES = cast("Table", Course.__table__)
_LIVE = select(_COURSES.c.id, *(_COURSES.c[field.name] for field in fields(CourseState))).where(
    _COURSES.c.id.in_(bindparam("ids", expanding=True)), _COURSES.c.published_at.is_not(None)
)


class CatalogStamp(NamedTuple):
    """The version of the catalogue, and the moment it became this one (None: not known)."""

    number: int
    changed_at: datetime | None


def catalog_stamp() -> CatalogStamp:
    """The catalogue's version; at most one tiny query a second."""
    memory: BriefMemory[CatalogStamp] = brief_memory("catalog_stamp")
    return memory.get((), _ask_stamp)


def _ask_stamp() -> CatalogStamp:
    row = db.session.execute(select(CatalogVersion.number, CatalogVersion.changed_at)).first()
    return CatalogStamp(*row) if row else CatalogStamp(0, None)


def live_courses(course_ids: Iterable[int]) -> dict[int, CourseState]:
    """What the states of these courses depend on; one that is not published is missing."""
    ids = tuple(course_ids)
    if not ids:
        return {}
    memory: BriefMemory[dict[int, CourseState]] = brief_memory("live_courses")
    return memory.get(ids, lambda: _ask_live(ids))


def _ask_live(ids: tuple[int, ...]) -> dict[int, CourseState]:
    rows = db.session.connection().execute(_LIVE, {"ids": ids})
    return {row[0]: CourseState(*row[1:]) for row in rows}


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


class ShownCourses:
    """Which courses an address showed last: to tell whether it would look the same, only these
    have to be looked at.
    """

    def __init__(self) -> None:
        self._ids: OrderedDict[Hashable, tuple[int, ...]] = OrderedDict()
        self._guard = threading.Lock()

    def remember(self, address: Hashable, course_ids: Iterable[int]) -> None:
        with self._guard:
            self._ids[address] = tuple(course_ids)
            self._ids.move_to_end(address)
            if len(self._ids) > _ADDRESSES:
                self._ids.popitem(last=False)

    def at(self, address: Hashable) -> tuple[int, ...] | None:
        """The courses, or None where this process has not shown this address yet."""
        return self._ids.get(address)


def shown_courses() -> ShownCourses:
    """What the current app remembers."""
    memory: ShownCourses = current_app.extensions.setdefault("kmz_shown", ShownCourses())
    return memory

"""The part of a course list that changes by the minute: seats and states, in one query."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import cast

from sqlalchemy import Table, bindparam, select

from kmz import clock
from kmz.catalog.light import CourseState
from kmz.catalog.models import Course
from kmz.catalog.rules import Availability
from kmz.catalog.states import state_now
from kmz.db import db
from kmz.web.brief import BriefMemory, brief_memory

# The table, not the class: a list needs no objects, and this is the query behind every list.
_COURSES = cast("Table", Course.__table__)
_QUERY = select(_COURSES.c.id, *(_COURSES.c[field.name] for field in fields(CourseState))).where(
    _COURSES.c.id.in_(bindparam("ids", expanding=True)), _COURSES.c.published_at.is_not(None)
)


def live_states(course_ids: Iterable[int]) -> dict[int, Availability]:
    """The states of these courses now; one that is no longer published is missing."""
    return states_of(live_courses(course_ids))


def states_of(live: Mapping[int, CourseState]) -> dict[int, Availability]:
    """The states of live rows."""
    now = clock.now()
    return {key: state_now(course, now=now) for key, course in live.items()}


def live_courses(course_ids: Iterable[int]) -> dict[int, CourseState]:
    """What the states of these courses depend on; one that is not published is missing."""
    ids = tuple(course_ids)
    if not ids:
        return {}
    memory: BriefMemory[dict[int, CourseState]] = brief_memory("live_courses")
    return memory.get(ids, lambda: _ask(ids))


def _ask(ids: tuple[int, ...]) -> dict[int, CourseState]:
    rows = db.session.connection().execute(_QUERY, {"ids": ids})
    return {row[0]: CourseState(*row[1:]) for row in rows}

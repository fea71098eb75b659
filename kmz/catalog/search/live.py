"""The part of a course list that changes by the minute: seats and states, in one query."""

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


def live_states(course_ids: list[int]) -> dict[int, Availability]:
    """The states of these courses now; one that is no longer published is missing."""
    if not course_ids:
        return {}
    memory: BriefMemory[dict[int, Availability]] = brief_memory("live_states")
    return memory.get(tuple(course_ids), lambda: _ask(course_ids))


def _ask(course_ids: list[int]) -> dict[int, Availability]:
    now = clock.now()
    rows = db.session.connection().execute(_QUERY, {"ids": course_ids})
    return {row[0]: state_now(CourseState(*row[1:]), now=now) for row in rows}

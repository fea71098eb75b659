"""The whole programme as an Open-vhs 1.2 file, in pieces."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session, joinedload

from kmz import clock
from kmz.catalog.feeds.openvhs import course_element, head, tail
from kmz.catalog.freshness import catalog_stamp
from kmz.catalog.models import Course
from kmz.catalog.queries import sessions_with_places
from kmz.config import Config

_AT_ONCE = 500


class ExportState(NamedTuple):
    """What an export rests on: equal states, equal courses.

    Seats are taken without a new version of the catalogue, so a state lasts an hour at most; that
    also covers midnight, when courses end.
    """

    version: int
    since: datetime


def current_state() -> ExportState:
    """No course is looked at."""
    stamp = catalog_stamp()
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    return ExportState(stamp.number, max(hour, stamp.changed_at or hour))


def openvhs_file(engine: Engine, state: ExportState) -> Iterator[bytes]:
    """The published courses that are neither over nor cancelled and have a first day.

    Two queries for 500 courses. Every piece has a session of its own, so that a slow reader keeps
    no transaction open, and needs no request any more.
    """
    config: Config = current_app.config["KMZ"]
    number, name, public_url = config.statistics_number, config.site_name, config.public_url

    def pieces() -> Iterator[bytes]:
        yield head(house_number=number, house_name=name, made_at=state.since)
        last_id: int | None = 0
        while last_id is not None:
            with Session(engine) as session:
                courses, last_id = _piece(session, last_id, public_url)
            yield courses
        yield tail()

    return pieces()


def _piece(session: Session, after_id: int, public_url: str) -> tuple[bytes, int | None]:
    query = (
        select(Course)
        .where(
            Course.id > after_id,
            Course.published_at.is_not(None),
            Course.cancelled_at.is_(None),
            Course.starts_on.is_not(None),
            or_(Course.ends_on.is_(None), Course.ends_on >= clock.today()),
        )
        .order_by(Course.id)
        .limit(_AT_ONCE)
        .options(joinedload(Course.program_area), sessions_with_places())
    )
    courses = session.scalars(query).all()
    elements = (
        course_element(course, course.starts_on, public_url)
        for course in courses
        if course.starts_on is not None
    )
    return b"".join(elements), courses[-1].id if len(courses) == _AT_ONCE else None

"""Reading courses for feeds: always a bounded number, in a fixed number of queries."""

from datetime import date, datetime

from sqlalchemy import func, select

from kmz.catalog.models import Course, ProgramArea
from kmz.catalog.programme.queries import in_area, is_current
from kmz.catalog.queries import course_details
from kmz.db import db

NEWEST = 50
IN_CALENDAR = 100
IN_SITEMAP_PART = 10_000


def newest_courses(area: ProgramArea | None) -> list[Course]:
    """The courses that were published last, with everything."""
    query = select(Course).where(Course.published_at.is_not(None))
    if area is not None:
        query = query.where(in_area(area))
    query = query.order_by(Course.published_at.desc(), Course.id.desc()).limit(NEWEST)
    return list(db.session.scalars(query.options(*course_details())))


def calendar_courses(area: ProgramArea, today: date) -> list[Course]:
    """The courses of an area that are not over, those that end first; at most IN_CALENDAR."""
    query = (
        select(Course)
        .where(in_area(area), is_current(today), Course.ends_on.is_not(None))
        .order_by(Course.ends_on, Course.id)
        .limit(IN_CALENDAR)
        .options(*course_details())
    )
    return list(db.session.scalars(query))


def course_count(today: date) -> int:
    """How many courses the sitemap lists."""
    return db.session.scalar(select(func.count()).where(is_current(today))) or 0


def sitemap_courses(part: int, today: date) -> list[tuple[str, datetime]]:
    """Slug and last change of the courses of one part, counted from 1."""
    query = (
        select(Course.slug, Course.updated_at)
        .where(is_current(today))
        .order_by(Course.id)
        .limit(IN_SITEMAP_PART)
        .offset((part - 1) * IN_SITEMAP_PART)
    )
    return [(slug, changed) for slug, changed in db.session.execute(query)]

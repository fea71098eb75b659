"""Reading courses for feeds: always a bounded number, in a fixed number of queries."""

from dataclasses import fields
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased, defer, joinedload

from kmz.catalog.feeds.api_query import ApiQuery
from kmz.catalog.light import CourseState
from kmz.catalog.models import Course, ProgramArea
from kmz.catalog.programme.queries import in_area, is_current
from kmz.catalog.queries import course_details, has_number
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


def api_page(query: ApiQuery, today: date) -> tuple[list[Course], bool]:
    """One page of courses by id, and whether more follow."""
    conditions = [Course.published_at.is_not(None) if query.with_finished else is_current(today)]
    if query.area:
        area = aliased(ProgramArea)
        found = select(area.id).where(area.slug == query.area)
        areas = select(ProgramArea.id).where(
            or_(ProgramArea.slug == query.area, ProgramArea.parent_id.in_(found))
        )
        conditions.append(Course.program_area_id.in_(areas))
    if query.number:
        conditions.append(has_number(query.number))
    if query.changed_since is not None:
        conditions.append(Course.updated_at >= query.changed_since)
    selected = (
        select(Course)
        .where(Course.id > query.after, *conditions)
        .order_by(Course.id)
        .limit(query.size + 1)
        .options(
            joinedload(Course.program_area),
            joinedload(Course.semester),
            defer(Course.description_html),
            defer(Course.notes_html),
            defer(Course.search_words),
        )
    )
    courses = list(db.session.scalars(selected))
    return courses[: query.size], len(courses) > query.size


def find_live(slug: str) -> tuple[int, CourseState] | None:
    """The id of a published course and what its state depends on, in one small query."""
    columns = [getattr(Course, field.name) for field in fields(CourseState)]
    query = select(Course.id, *columns).where(Course.slug == slug, Course.published_at.is_not(None))
    row = db.session.execute(query).first()
    return (row[0], CourseState(*row[1:])) if row else None

"""The part of a course page that is the same for everybody, ready to be shown."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from markupsafe import Markup

from kmz import clock
from kmz.catalog import queries
from kmz.catalog.models import Course
from kmz.catalog.rules import Availability, age_limit, availability, missing_to_minimum


@dataclass(frozen=True, slots=True)
class CoursePage:
    """Plain values and markup of one course; holds no rows, so any request may show it."""

    course_id: int
    values: dict[str, Any]


def read_course_page(slug: str) -> CoursePage:
    """The page of a published course as it is now; NotFoundError when there is none."""
    course = queries.get_published_course(slug)
    state = availability(course, now=clock.now())
    area = course.program_area
    top = (area.parent or area) if area else None
    taken = course.seats_taken + (course.external_participants or 0)
    values = {
        "slug": course.slug,
        "title": course.title,
        "state": state,
        "fee_cents": course.fee_cents,
        "reduced_fee_cents": course.reduced_fee_cents,
        "concession_allowed": course.concession_allowed,
        "fee_note": course.fee_note,
        "guaranteed": course.guaranteed,
        "area_number": top.code if top else "",
        "missing": missing_to_minimum(course.min_participants, taken),
        "article": _article(course, state),
        "facts": _render(
            "catalog/_facts.html", course=course, ages=age_limit(course.min_age, course.max_age)
        ),
    }
    return CoursePage(course.id, values)


def _article(course: Course, state: Availability) -> Markup:
    area = course.program_area
    return _render(
        "catalog/_article.html",
        course=course,
        state=state,
        area_line=area.line if area else "",
        area_url=url_for("catalog.list_courses", bereich=area.slug) if area else "",
        held=sum(not session.is_cancelled for session in course.sessions),
    )


def _render(template: str, **values: Any) -> Markup:
    """Without what belongs to a request: the template sees these values only."""
    return Markup(current_app.jinja_env.get_template(template).render(values))  # noqa: S704

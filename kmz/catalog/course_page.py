"""The part of a course page that is the same for everybody, ready to be shown."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from markupsafe import Markup

from kmz import clock
from kmz.catalog import queries
from kmz.catalog.freshness import CatalogStamp, catalog_stamp, live_version, shown_courses
from kmz.catalog.models import Course
from kmz.catalog.places import places_of
from kmz.catalog.programme.addresses import instructor_url, venue_url
from kmz.catalog.rules import NO_WITHDRAWAL, Availability, age_limit, missing_to_minimum
from kmz.catalog.search.live import live_courses
from kmz.catalog.similar import SimilarCourse, most_alike
from kmz.catalog.states import state_now
from kmz.catalog.structured_data import Provider, structured_data
from kmz.mail.rendering import public_link


@dataclass(frozen=True, slots=True)
class CoursePage:
    """Plain values and markup of one course; holds no rows, so any request may show it.

    `version` names all that can differ in it the next time (`course_page_version`).
    """

    course_id: int
    values: dict[str, Any]
    version: Hashable


@dataclass(frozen=True, slots=True)
class SimilarEntry:
    """A line of the short list of similar courses."""

    course: SimilarCourse
    state: Availability


@dataclass(frozen=True, slots=True)
class SimilarCourses:
    """The short list, and where all courses of the Fachgebiet are ("": it has none)."""

    entries: list[SimilarEntry]
    area_url: str


def read_course_page(slug: str) -> CoursePage:
    """The page of a published course as it is now; NotFoundError when there is none."""
    stamp = catalog_stamp()  # first: what changes meanwhile makes the page old at once
    course = queries.get_published_course(slug)
    state = state_now(course)
    similar = similar_courses(course)
    url = public_link(url_for("catalog.show_course", slug=course.slug))
    area = course.program_area
    top = (area.parent or area) if area else None
    values = {
        "slug": course.slug,
        "title": course.title,
        "number": course.number,
        "state": state,
        "url": url,
        "area_number": top.code if top else "",
        "missing": _missing(course, state),
        "price": _render("catalog/_price.html", course=course),
        "head": _render("catalog/_course_head.html", course=course, state=state),
        "article": _article(course, state, similar),
        "facts": _render(
            "catalog/_facts.html",
            course=course,
            ages=age_limit(course.min_age, course.max_age),
            instructor_url=instructor_url,
            no_withdrawal=NO_WITHDRAWAL,
        ),
        "data": structured_data(course, state, url=url, provider=_provider()),
    }
    ids = (course.id, *(entry.course.id for entry in similar.entries))
    shown_courses().remember(_key(slug, stamp), ids)
    return CoursePage(course.id, values, _version(stamp, course, similar.entries))


def course_page_version(slug: str) -> Hashable:
    """What `CoursePage.version` would be now; None where the page has not been read yet."""
    stamp = catalog_stamp()
    ids = shown_courses().at(_key(slug, stamp))
    if ids is None:
        return None
    return (stamp.number, clock.today(), live_version(live_courses(ids)))


def similar_courses(course: Course) -> SimilarCourses:
    """At most four upcoming courses like this one, with their states."""
    now = clock.now()
    candidates = {found.id: found for found in queries.similar_candidates(course, clock.today())}
    states = {key: state_now(found, now=now) for key, found in candidates.items()}
    alike = most_alike(
        candidates.values(),
        title=course.title,
        program_area_id=course.program_area_id,
        bookable=frozenset(key for key, state in states.items() if state.bookable),
    )
    area = course.program_area
    return SimilarCourses(
        [SimilarEntry(found, states[found.id]) for found in alike],
        url_for("catalog.show_area", slug=area.slug) if area else "",
    )


def _key(slug: str, stamp: CatalogStamp) -> Hashable:
    return ("course", slug, stamp.number, clock.today())


def _version(stamp: CatalogStamp, course: Course, similar: Iterable[SimilarEntry]) -> Hashable:
    shown = {course.id: course} | {entry.course.id: entry.course for entry in similar}
    return (stamp.number, clock.today(), live_version(shown))


def _missing(course: Course, state: Availability) -> int:
    """How many bookings it still needs; 0 where it takes place in any case, or no longer."""
    if course.guaranteed or not state.can_still_fail:
        return 0
    return missing_to_minimum(course.min_participants, course.taken)


def _provider() -> Provider:
    config = current_app.config["KMZ"]
    return Provider(config.site_name, config.home_url or config.public_url)


def _article(course: Course, state: Availability, similar: SimilarCourses) -> Markup:
    return _render(
        "catalog/_article.html",
        course=course,
        state=state,
        similar=similar,
        held=sum(not session.is_cancelled for session in course.sessions),
        places=places_of((session.room for session in course.sessions), venue_url),
    )


def _render(template: str, **values: Any) -> Markup:
    """Without what belongs to a request: the template sees these values only."""
    return Markup(current_app.jinja_env.get_template(template).render(values))  # noqa: S704

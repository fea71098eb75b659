"""Semesters, Programmbereiche, venues and Kursleitungen with their courses."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from sqlalchemy import ColumnElement

from kmz import clock
from kmz.catalog.models import ProgramArea
from kmz.catalog.places import Place
from kmz.catalog.programme import queries
from kmz.catalog.programme.addresses import (
    instructor_slug,
    instructor_url,
    venue_slug,
    venue_url,
)
from kmz.catalog.queries import all_areas
from kmz.catalog.search import catalog_search
from kmz.catalog.search.live import live_states
from kmz.catalog.views import blueprint
from kmz.catalog.watchlist_badge import watched_ids
from kmz.web.access import public
from kmz.web.limits import limiter, search_limit
from kmz.web.pages import moved_to
from kmz.web.paging import wanted_page
from kmz.web.returns import current_path
from kmz.web.visitor_pages import visitor_page


def _courses(condition: ColumnElement[bool]) -> dict[str, Any]:
    """What `_course_list.html` shows: one page of the courses that fit."""
    found = queries.list_page(condition, page=wanted_page(), today=clock.today())
    search = catalog_search()
    cards = [card for key in found.course_ids if (card := search.card(key)) is not None]
    states = live_states([card.id for card in cards])
    return {
        "found": found,
        "cards": [card for card in cards if card.id in states],
        "states": states,
        "watched": watched_ids(),
        "here": current_path(),
    }


@blueprint.get("/bereich")
@public
def list_areas() -> Response:
    return visitor_page("catalog/list_areas.html", _all_areas)


def _all_areas() -> dict[str, Any]:
    areas, counts = all_areas(), queries.counts_by_area(clock.today())
    tops = [area for area in areas if area.parent_id is None]
    fields = {top.id: [area for area in areas if area.parent_id == top.id] for top in tops}
    totals = {
        top.id: sum(counts.get(area.id, 0) for area in (top, *fields[top.id])) for top in tops
    }
    return {"tops": tops, "fields": fields, "counts": counts | totals}


@blueprint.get("/bereich/<slug>")
@public
@limiter.limit(search_limit)
def show_area(slug: str) -> Response:
    def values() -> dict[str, Any]:
        area = queries.get_area(slug)
        counts = queries.counts_by_area(clock.today()) if area.parent_id is None else {}
        fields = [field for field in all_areas() if field.parent_id == area.id] if counts else []
        return {
            "area": area,
            "number": _top(area).code,
            "fields": [(field, counts[field.id]) for field in fields if field.id in counts],
            **_courses(queries.in_area(area)),
        }

    return visitor_page("catalog/show_area.html", values)


def _top(area: ProgramArea) -> ProgramArea:
    return area.parent or area


@blueprint.get("/semester")
@public
def list_semesters() -> Response:
    return visitor_page(
        "catalog/list_semesters.html",
        lambda: {
            "semesters": queries.all_semesters(),
            "counts": queries.counts_by_semester(clock.today()),
        },
    )


@blueprint.get("/semester/<code>")
@public
@limiter.limit(search_limit)
def show_semester(code: str) -> Response:
    def values() -> dict[str, Any]:
        semester = queries.get_semester(code)
        return {"semester": semester, **_courses(queries.in_semester(semester))}

    return visitor_page("catalog/show_semester.html", values)


@blueprint.get("/orte")
@public
def list_venues() -> Response:
    def values() -> dict[str, Any]:
        venues = queries.venues_in_use(clock.today())
        return {"venues": [(venue, venue_url(venue)) for venue in venues]}

    return visitor_page("catalog/list_venues.html", values)


@blueprint.get("/orte/<int:venue_id>-<slug>")
@public
@limiter.limit(search_limit)
def show_venue(venue_id: int, slug: str) -> Response:
    def values() -> dict[str, Any]:
        venue = queries.get_venue(venue_id)
        _insist(slug, venue_slug(venue), lambda: venue_url(venue))
        return {
            "place": Place(venue, tuple(queries.rooms_of(venue))),
            **_courses(queries.at_venue(venue, clock.today())),
        }

    return _page_or_move("catalog/show_venue.html", values)


@blueprint.get("/kursleitung/<int:instructor_id>-<slug>")
@public
@limiter.limit(search_limit)
def show_instructor(instructor_id: int, slug: str) -> Response:
    def values() -> dict[str, Any]:
        instructor = queries.get_instructor(instructor_id)
        _insist(slug, instructor_slug(instructor), lambda: instructor_url(instructor))
        return {"instructor": instructor, **_courses(queries.taught_by(instructor))}

    return _page_or_move("catalog/show_instructor.html", values)


class _MovedError(Exception):
    """The name in the address is not (or no longer) that of the person or place."""


def _insist(slug: str, right: str, address: Callable[[], str]) -> None:
    if slug != right:
        raise _MovedError(address())


def _page_or_move(template: str, values: Callable[[], dict[str, Any]]) -> Response:
    """The page, or for good to where it stands (301)."""
    try:
        return visitor_page(template, values)
    except _MovedError as moved:
        query = request.query_string.decode("ascii", "ignore")
        return moved_to(f"{moved}?{query}" if query else str(moved))

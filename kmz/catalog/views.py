"""START, PROGRAMM, the course page and the sitemap."""

from dataclasses import replace

from flask import Blueprint, Response, request, url_for

from kmz import clock
from kmz.catalog import queries
from kmz.catalog.list_address import ListLinks, read_criteria
from kmz.catalog.rules import availability, missing_to_minimum
from kmz.catalog.search import catalog_search
from kmz.catalog.search.criteria import Criteria
from kmz.catalog.search.engine import SearchResult
from kmz.catalog.search.live import live_states
from kmz.catalog.watchlist_badge import watched_ids
from kmz.web.access import public
from kmz.web.limits import limiter, search_limit
from kmz.web.pages import page, wanted_fragment
from kmz.web.returns import current_path

blueprint = Blueprint("catalog", __name__)

_SOON = 6


@blueprint.get("/")
@public
def show_start() -> Response:
    result = catalog_search().search(Criteria(), today=clock.today())
    states = live_states([card.id for card in result.cards])
    soon = [card for card in result.cards if card.id in states and states[card.id].bookable]
    return page(
        "catalog/show_start.html",
        areas=result.areas,
        cards=soon[:_SOON],
        states=states,
        watched=watched_ids(),
        total=result.total,
        here=current_path(),
    )


@blueprint.get("/kurse")
@public
@limiter.limit(search_limit)
def list_courses() -> Response:
    criteria, result = _found(read_criteria(request.args))
    states = live_states([card.id for card in result.cards])
    links, is_fragment = ListLinks(criteria), wanted_fragment(("results",)) is not None
    response = page(
        "catalog/list_courses.html",
        fragments=("results",),
        is_fragment=is_fragment,
        result=result,
        links=links,
        cards=[card for card in result.cards if card.id in states],
        states=states,
        watched=watched_ids(),
        here=links.here,
    )
    if is_fragment:  # what the browser shows and people pass on is the short address
        response.headers["HX-Push-Url"] = links.here
    return response


def _found(criteria: Criteria) -> tuple[Criteria, SearchResult]:
    """What fits; a page beyond the last one is the last one."""
    result = catalog_search().search(criteria, today=clock.today())
    if criteria.page <= result.page_count:
        return criteria, result
    return _found(replace(criteria, page=result.page_count))


@blueprint.get("/kurs/<slug>")
@public
def show_course(slug: str) -> Response:
    course = queries.get_published_course(slug)
    area = course.program_area
    top = (area.parent or area) if area else None
    taken = course.seats_taken + (course.external_participants or 0)
    return page(
        "catalog/show_course.html",
        course=course,
        state=availability(course, now=clock.now()),
        area_number=top.code if top else "",
        area_line=area.line if area else "",
        area_url=url_for("catalog.list_courses", bereich=area.slug) if area else "",
        held=sum(not session.is_cancelled for session in course.sessions),
        is_watched=course.id in watched_ids(),
        missing=missing_to_minimum(course.min_participants, taken),
        here=current_path(),
    )


@blueprint.get("/sitemap")
@public
def show_sitemap() -> Response:
    areas = queries.all_areas()
    tops = [area for area in areas if area.parent_id is None]
    children = {top.id: [area for area in areas if area.parent_id == top.id] for top in tops}
    return page("catalog/show_sitemap.html", tops=tops, children=children)

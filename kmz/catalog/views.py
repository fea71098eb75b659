"""START, PROGRAMM and the sitemap."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request

from kmz.catalog import queries
from kmz.catalog.list_address import ListLinks, read_criteria
from kmz.catalog.search import catalog_search
from kmz.catalog.search.criteria import Criteria
from kmz.catalog.search.facets import AREA
from kmz.catalog.search.live import live_states
from kmz.catalog.search.results import SearchResult
from kmz.catalog.watchlist_badge import watched_ids
from kmz.web.access import public
from kmz.web.limits import limiter, search_limit
from kmz.web.pages import page, wanted_fragment
from kmz.web.returns import current_path
from kmz.web.visitor_pages import visitor_page

blueprint = Blueprint("catalog", __name__)

_SOON = 6


@blueprint.get("/")
@public
def show_start() -> Response:
    return visitor_page("catalog/show_start.html", _start)


def _start() -> dict[str, Any]:
    result = catalog_search().search(Criteria())
    states = live_states([card.id for card in result.cards])
    soon = [card for card in result.cards if card.id in states and states[card.id].bookable]
    return {
        "areas": [area for area in result.group(AREA).options if not area.parent],
        "cards": soon[:_SOON],
        "states": states,
        "watched": watched_ids(),
        "total": result.total,
        "here": current_path(),
    }


@blueprint.get("/kurse")
@public
@limiter.limit(search_limit)
def list_courses() -> Response:
    criteria, result = _found(read_criteria(request.args))
    links, is_fragment = ListLinks(criteria), wanted_fragment(("results",)) is not None

    def values() -> dict[str, Any]:
        states = live_states([card.id for card in result.cards])
        return {
            "is_fragment": is_fragment,
            "result": result,
            "links": links,
            "cards": [card for card in result.cards if card.id in states],
            "states": states,
            "watched": watched_ids(),
            "here": links.here,
        }

    response = visitor_page("catalog/list_courses.html", values, fragments=("results",))
    if is_fragment:  # what the browser shows and people pass on is the short address
        response.headers["HX-Push-Url"] = links.here
    return response


def _found(criteria: Criteria) -> tuple[Criteria, SearchResult]:
    """What fits; a page beyond the last one is the last one."""
    result = catalog_search().search(criteria)
    if criteria.page <= result.page_count:
        return criteria, result
    return _found(replace(criteria, page=result.page_count))


@blueprint.get("/sitemap")
@public
def show_sitemap() -> Response:
    areas = queries.all_areas()
    tops = [area for area in areas if area.parent_id is None]
    children = {top.id: [area for area in areas if area.parent_id == top.id] for top in tops}
    return page("catalog/show_sitemap.html", tops=tops, children=children)

"""PROGRAMM: the list and the Wochenplan, the erweiterte Kurssuche, suggestions while typing."""

from collections.abc import Hashable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, NamedTuple

from flask import Response, request

from kmz.catalog.freshness import live_version, search_stamp, shown_courses
from kmz.catalog.list_address import (
    WEEK,
    ListLinks,
    address_of,
    is_long,
    read_criteria,
    read_view,
)
from kmz.catalog.list_page import ListPage, fewer_words
from kmz.catalog.search import catalog_search
from kmz.catalog.search.criteria import PAGE_SIZE, Criteria
from kmz.catalog.search.live import live_courses, states_of
from kmz.catalog.search.results import SearchResult
from kmz.catalog.suggested import suggested_links
from kmz.catalog.views import blueprint
from kmz.catalog.watchlist_badge import watched_ids
from kmz.catalog.week import MOST, week_of
from kmz.web.access import public
from kmz.web.forms import clean
from kmz.web.limits import limiter, search_limit
from kmz.web.pages import page, redirect_to, wanted_fragment
from kmz.web.visitor_pages import visitor_page

_MAX_TYPED = 200


@blueprint.get("/kurse")
@public
@limiter.limit(search_limit)
def list_courses() -> Response:
    asked, view, address, long = _asked(request.query_string)
    is_fragment = wanted_fragment(("results",)) is not None
    if long and not is_fragment:
        return redirect_to(address)
    found: list[ListPage] = []

    def values() -> dict[str, Any]:
        stamp = search_stamp()  # before the answer, so it is never newer than it
        shown = _list_page(asked, view)
        found.append(shown)
        live = live_courses(card.id for card in shown.result.cards)
        states = states_of(live)
        shown_courses().remember(address, tuple(live))
        return {
            "page_version": (stamp, live_version(live)),
            "is_fragment": is_fragment,
            "shown": shown,
            "cards": [card for card in shown.result.cards if card.id in states],
            "week": week_of(shown.result.cards, states) if view == WEEK else None,
            "states": states,
            "watched": watched_ids(),
            "here": shown.links.here,
        }

    response = visitor_page(
        "catalog/list_courses.html",
        values,
        fragments=("results",),
        version=partial(_version, address),
    )
    if is_fragment:  # what the browser shows and people pass on is the short address
        shown = found[0] if found else _list_page(asked, view)
        response.headers["HX-Push-Url"] = shown.links.here
    return response


class _Asked(NamedTuple):
    """What an address asks for, its short form, and whether it was long itself."""

    criteria: Criteria
    view: str
    address: str
    is_long: bool


@lru_cache(maxsize=500)
def _asked(_query: bytes) -> _Asked:
    """What the current address asks for; many ask for the same."""
    criteria, view = read_criteria(request.args), read_view(request.args)
    return _Asked(criteria, view, address_of(criteria, view), is_long(request.args))


def _list_page(asked: Criteria, view: str) -> ListPage:
    criteria, result = _found(asked, MOST if view == WEEK else PAGE_SIZE)
    return _page_of(result, ListLinks(criteria, view))


def _version(address: str) -> Hashable:
    """What the list at this address shows now; None where this process has not shown it yet."""
    course_ids = shown_courses().at(address)
    if course_ids is None:
        return None
    return search_stamp(), live_version(live_courses(course_ids))


def _found(criteria: Criteria, page_size: int) -> tuple[Criteria, SearchResult]:
    """What fits; a page beyond the last one is the last one."""
    result = catalog_search().search(criteria, page_size=page_size)
    if criteria.page <= result.page_count:
        return criteria, result
    return _found(replace(criteria, page=result.page_count), page_size)


@blueprint.get("/kurse/suche")
@public
@limiter.limit(search_limit)
def show_search() -> Response:
    """The erweiterte Kurssuche: every filter in one roomy form."""
    criteria, view = replace(read_criteria(request.args), page=1), read_view(request.args)
    shown = _page_of(catalog_search().search(criteria), ListLinks(criteria, view))
    return page("catalog/show_search.html", shown=shown)


def _page_of(result: SearchResult, links: ListLinks) -> ListPage:
    search, postal_code = catalog_search(), links.criteria.postal_code
    is_known = not postal_code or search.knows_postal_code(postal_code)
    fewer = () if result.total else fewer_words(links, lambda asked: search.search(asked).total)
    return ListPage(result, links, is_known, fewer)


@blueprint.get("/kurse/vorschlaege")
@public
@limiter.limit(search_limit)
def list_suggestions() -> Response:
    """What to look for, for what was typed so far: a fragment below the Kurssuche."""
    typed = clean(request.args.get("q")).replace("\x00", "")[:_MAX_TYPED]
    found = catalog_search().suggest(typed) if typed else []
    return page("catalog/_suggestions.html", groups=suggested_links(found))

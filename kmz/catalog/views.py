"""START, PROGRAMM, the course page and the sitemap."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request, url_for

from kmz import clock
from kmz.catalog import queries
from kmz.catalog.rules import availability, missing_to_minimum
from kmz.catalog.search import catalog_search
from kmz.catalog.search.criteria import MAX_PAGE, SORTS, Criteria
from kmz.catalog.search.live import live_states
from kmz.catalog.watchlist_badge import watched_ids
from kmz.web.access import public
from kmz.web.forms import clean
from kmz.web.limits import limiter, search_limit
from kmz.web.pages import page
from kmz.web.returns import current_path

blueprint = Blueprint("catalog", __name__)

_SOON = 6
_MAX_PAGE_DIGITS = 5


def _criteria() -> Criteria:
    """What the address asks for; nonsense is ignored, so that every address shows a list."""
    arguments = request.args
    number = arguments.get("seite", "1")
    usable = number.isascii() and number.isdecimal() and len(number) < _MAX_PAGE_DIGITS
    sort = arguments.get("sortierung", "")
    words = clean(arguments.get("q")).replace("\x00", "")
    return Criteria(
        words=words[:200],
        areas=frozenset(slug[:60] for slug in arguments.getlist("bereich")[:20]),
        include_past="alle" in arguments,
        sort=sort if sort in SORTS else ("relevanz" if words else "beginn"),
        page=min(max(int(number), 1), MAX_PAGE) if usable else 1,
    )


@dataclass(frozen=True, slots=True)
class ListLinks:
    """The addresses around one list: arguments in a fixed order, defaults left out."""

    criteria: Criteria

    def page(self, number: int) -> str:
        """Another page of the same list."""
        first = self.without("")
        sign = "&" if "?" in first else "?"
        return first if number <= 1 else f"{first}{sign}seite={number}"

    def without(self, area: str) -> str:
        """The first page of the list when this area is no longer chosen."""
        criteria = self.criteria
        pairs = [("q", criteria.words)] if criteria.words else []
        pairs += [("bereich", slug) for slug in sorted(criteria.areas) if slug != area]
        default = "relevanz" if criteria.words else "beginn"
        pairs += [("sortierung", criteria.sort)] if criteria.sort != default else []
        pairs += [("alle", "1")] if criteria.include_past else []
        query = urlencode(pairs)
        return url_for("catalog.list_courses") + (f"?{query}" if query else "")


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
    criteria = _criteria()
    result = catalog_search().search(criteria, today=clock.today())
    states = live_states([card.id for card in result.cards])
    return page(
        "catalog/list_courses.html",
        fragments=("results",),
        result=result,
        links=ListLinks(criteria),
        cards=[card for card in result.cards if card.id in states],
        states=states,
        watched=watched_ids(),
        here=current_path(),
    )


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

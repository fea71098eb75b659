"""START and the sitemap."""

from typing import Any

from flask import Blueprint, Response

from kmz.catalog import queries
from kmz.catalog.search import catalog_search
from kmz.catalog.search.criteria import Criteria
from kmz.catalog.search.facets import AREA
from kmz.catalog.search.live import live_states
from kmz.catalog.watchlist_badge import watched_ids
from kmz.web.access import public
from kmz.web.pages import page
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


@blueprint.get("/sitemap")
@public
def show_sitemap() -> Response:
    areas = queries.all_areas()
    tops = [area for area in areas if area.parent_id is None]
    children = {top.id: [area for area in areas if area.parent_id == top.id] for top in tops}
    return page("catalog/show_sitemap.html", tops=tops, children=children)

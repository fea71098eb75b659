"""The content of the bare pages: read off the portal, so that both show the same."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, cast

from flask import Flask, render_template

from benchmarks.bare import app as bare
from kmz import clock
from kmz.catalog import queries
from kmz.catalog.models import Course
from kmz.catalog.rules import availability
from kmz.catalog.search import catalog_search
from kmz.catalog.search.cards import CourseCard
from kmz.catalog.search.criteria import Criteria
from kmz.catalog.search.facets import AREA
from kmz.catalog.search.live import live_states
from kmz.catalog.search.marks import NOTHING
from kmz.dates import format_long_day, format_times
from kmz.sanitising import plain_text
from kmz.web.site import Site

_START_ROWS = 6


def write_pages(app: Flask, path: Path, *, criteria: Criteria, slug: str) -> None:
    """Write `list`, `start` and `course` as JSON, for the same list, start and course page."""
    site = cast("Site", app.jinja_env.globals["site"])
    with app.test_request_context("/"):
        layout = {
            "sheets": app.jinja_env.globals["stylesheets"],
            "navigation": [{"label": item.label, "url": item.url} for item in site.navigation],
            "footer": [{"label": item.label, "url": item.url} for item in site.footer_links],
            "padding": "",
        }
        pages = {
            "list": {**layout, **_list(criteria), "words": criteria.words},
            "start": {**layout, **_start()},
            "course": {**layout, **_course(slug)},
        }
    path.write_text(json.dumps(pages), encoding="utf-8")


def pad_pages(path: Path, sizes: dict[str, int]) -> None:
    """Lengthen the pages to these numbers of bytes, by a comment that costs nothing to render."""
    pages = json.loads(path.read_text(encoding="utf-8"))
    app = Flask(bare.__name__)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    with app.app_context():
        for name, size in sizes.items():
            bytes_now = len(render_template(f"{name}.html", **pages[name]).encode())
            pages[name]["padding"] = "." * max(0, size - bytes_now)
    path.write_text(json.dumps(pages), encoding="utf-8")


def _list(criteria: Criteria) -> dict[str, Any]:
    result = catalog_search().search(criteria)
    states = live_states([card.id for card in result.cards])
    rows = [{**_plain(card), **_state(states[card.id])} for card in result.cards]
    areas = [
        {"slug": one.value, "name": one.label, "count": one.count, "selected": one.is_chosen}
        for one in result.group(AREA).options
        if not one.parent
    ]
    return {"rows": rows, "areas": areas, "total": result.total}


def _plain(card: CourseCard) -> dict[str, Any]:
    """What a row shows, as JSON can hold it."""
    texts = asdict(replace(card, marks=NOTHING, slots=()))
    return {**texts, "marks": "", "starts_on": ""}


def _start() -> dict[str, Any]:
    content = _list(Criteria())
    soon = [row for row in content["rows"] if row["bookable"]]
    return {**content, "rows": soon[:_START_ROWS]}


def _course(slug: str) -> dict[str, Any]:
    course = queries.get_published_course(slug)
    card = catalog_search().card(course.id)
    assert card is not None
    return {
        **_plain(card),
        **_state(availability(course, now=clock.now())),
        "description": plain_text(course.description_html),
        "sessions": _sessions(course),
        "places": f"{course.min_participants} bis {course.max_participants}",
    }


def _sessions(course: Course) -> list[dict[str, str]]:
    rows = []
    for session in course.sessions:
        assert session.room is not None
        venue = session.room.venue
        rows.append(
            {
                "iso": session.day.isoformat(),
                "day": format_long_day(session.day),
                "times": format_times(session.starts_at, session.ends_at),
                "place": f"{venue.name}, {session.room.name}",
                "street": f"{venue.street}, {venue.postal_code} {venue.city}",
            }
        )
    return rows


def _state(state: Any) -> dict[str, Any]:
    return {"css": state.css, "text": state.text, "bookable": state.bookable}

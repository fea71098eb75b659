"""The sitemap for search engines (sitemaps.org): an index, pages, and the courses in parts."""

from collections.abc import Iterable
from datetime import date, datetime

from flask import current_app, url_for

from kmz.catalog.feeds import queries
from kmz.catalog.feeds.xml import Node, document, node
from kmz.catalog.programme.addresses import venue_url
from kmz.catalog.programme.queries import all_semesters, venues_in_use
from kmz.catalog.queries import all_areas
from kmz.errors import NotFoundError
from kmz.mail.rendering import public_link
from kmz.web.site import Site

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# Part 0 is what is no course.
PAGES = 0


def sitemap_index(changed_at: datetime | None, today: date) -> bytes:
    parts = -(-queries.course_count(today) // queries.IN_SITEMAP_PART)
    children = [
        _entry("sitemap", url_for("catalog.show_sitemap_part", part=part), changed_at)
        for part in range(parts + 1)
    ]
    return document(node("sitemapindex", children, xmlns=_NAMESPACE))


def sitemap_part(part: int, today: date) -> bytes:
    """NotFoundError for a part that is empty."""
    entries = _pages(today) if part == PAGES else _courses(part, today)
    return document(node("urlset", entries, xmlns=_NAMESPACE))


def _pages(today: date) -> list[Node]:
    site = Site(current_app.config["KMZ"])
    areas, semesters, venues = all_areas(), all_semesters(), venues_in_use(today)
    paths = [
        *(item.url for item in (*site.navigation, *site.footer_links)),
        *(url_for(f"catalog.list_{name}") for name in ("areas", "semesters", "venues")),
        *(url_for("catalog.show_area", slug=area.slug) for area in areas),
        *(url_for("catalog.show_semester", code=semester.code) for semester in semesters),
        *(venue_url(venue) for venue in venues),
    ]
    return [_entry("url", path) for path in dict.fromkeys(paths)]


def _courses(part: int, today: date) -> Iterable[Node]:
    found = queries.sitemap_courses(part, today)
    if not found:
        raise NotFoundError
    return [
        _entry("url", url_for("catalog.show_course", slug=slug), changed) for slug, changed in found
    ]


def _entry(name: str, path: str, changed_at: datetime | None = None) -> Node:
    changed = [node("lastmod", changed_at.isoformat(timespec="seconds"))] if changed_at else []
    return node(name, [node("loc", public_link(path)), *changed])

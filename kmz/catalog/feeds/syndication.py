"""New courses as Atom (RFC 4287) and as RSS 2.0."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from flask import current_app, url_for

from kmz.catalog.feeds.texts import one_line
from kmz.catalog.feeds.xml import Node, document, node
from kmz.catalog.models import Course
from kmz.dates import format_long_day
from kmz.mail.rendering import public_link
from kmz.web.formats import euro

_ATOM = "http://www.w3.org/2005/Atom"
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Feed:
    """New courses under a title; `page_path` and `own_path` are the page and the feed itself."""

    title: str
    page_path: str
    own_path: str
    courses: Sequence[Course]

    @property
    def updated_at(self) -> datetime:
        return max((course.updated_at for course in self.courses), default=_BEGINNING)


def atom(feed: Feed) -> bytes:
    own, there = public_link(feed.own_path), public_link(feed.page_path)
    entries = [_atom_entry(course) for course in feed.courses]
    children = [
        node("id", own),
        node("title", one_line(feed.title)),
        node("updated", feed.updated_at.isoformat()),
        node("link", rel="self", type="application/atom+xml", href=own),
        node("link", rel="alternate", type="text/html", href=there),
        node("author", [node("name", _site_name())]),
        *entries,
    ]
    return document(node("feed", children, xmlns=_ATOM, xml__lang="de"))


def _atom_entry(course: Course) -> Node:
    url = _url(course)
    return node(
        "entry",
        [
            node("id", _identity(course)),
            node("title", one_line(course.title)),
            node("published", (course.published_at or course.created_at).isoformat()),
            node("updated", course.updated_at.isoformat()),
            node("link", rel="alternate", type="text/html", href=url),
            *_categories(course),
            node("summary", _summary(course)),
            *([node("content", course.description_html, type="html")] * _has_text(course)),
        ],
    )


def _categories(course: Course) -> list[Node]:
    area = course.program_area
    return [node("category", term=area.slug, label=one_line(area.name))] if area else []


def rss(feed: Feed) -> bytes:
    own = public_link(feed.own_path)
    channel = [
        node("title", one_line(feed.title)),
        node("link", public_link(feed.page_path)),
        node("description", f"{one_line(feed.title)} bei {_site_name()}"),
        node("language", "de"),
        node("lastBuildDate", format_datetime(feed.updated_at)),
        node("atom:link", rel="self", type="application/rss+xml", href=own),
        *(_rss_item(course) for course in feed.courses),
    ]
    return document(node("rss", [node("channel", channel)], version="2.0", xmlns__atom=_ATOM))


def _rss_item(course: Course) -> Node:
    area = course.program_area
    return node(
        "item",
        [
            node("title", one_line(course.title)),
            node("link", _url(course)),
            node("guid", _identity(course), isPermaLink="false"),
            node("pubDate", format_datetime(course.published_at or course.created_at)),
            *([node("category", one_line(area.name))] if area else []),
            node("description", _summary(course)),
        ],
    )


def _url(course: Course) -> str:
    return public_link(url_for("catalog.show_course", slug=course.slug))


def _identity(course: Course) -> str:
    """Stays when number and address of a course change (RFC 4151)."""
    host = current_app.config["KMZ"].public_host.partition(":")[0]
    return f"tag:{host},2026:kurs-{course.id}"


def _site_name() -> str:
    return one_line(current_app.config["KMZ"].site_name)


def _has_text(course: Course) -> int:
    return int(bool(course.description_html))


def _summary(course: Course) -> str:
    """ "Kurs 271-4632 · Beginn Di., 25.06.2019 · 10 Termine · 98,00 €"."""
    held = sum(not session.is_cancelled for session in course.sessions)
    parts = (
        f"Kurs {course.number}",
        f"Beginn {format_long_day(course.starts_on)}" if course.starts_on else "",
        f"{held} Termin{'e' * (held != 1)}" if held else "",
        euro(course.fee_cents),
    )
    return one_line(" · ".join(part for part in parts if part))

"""Calendars, Atom, RSS, sitemap and robots.txt."""

from collections.abc import Callable

from flask import Response, current_app, request, url_for

from kmz import clock
from kmz.catalog.feeds import queries
from kmz.catalog.feeds.answers import FEED_CACHING, calendar_answer, feed_answer, kept_body
from kmz.catalog.feeds.calendar import calendar_of
from kmz.catalog.feeds.sitemap import sitemap_index, sitemap_part
from kmz.catalog.feeds.syndication import Feed, atom, rss
from kmz.catalog.freshness import CatalogStamp, catalog_stamp, changed_by_today
from kmz.catalog.models import ProgramArea
from kmz.catalog.programme.queries import get_area
from kmz.catalog.views import blueprint
from kmz.mail.rendering import public_link
from kmz.web.access import public
from kmz.web.conditional import conditional
from kmz.web.limits import feed_limit, limiter

_ATOM, _RSS = "application/atom+xml", "application/rss+xml"
# What is private, and what only multiplies the same courses.
_NOT_FOR_ROBOTS = (
    "/konto",
    "/verwaltung",
    "/warenkorb",
    "/buchen",
    "/buchung",
    "/kalender/",
    "/login",
    "/logout",
    "/registrieren",
    "/passwort-",
    "/kein-zugriff",
    "/wiederherstellung",
    "/e-mail-",
    "/benachrichtigung/",
    "/platz-frei/",
    "/suchabo",
    "/api/",
    "/kurse/",
    # With the star also readers that take a bare "?" for nothing leave the list itself open.
    "/kurse?*",
)


def _answer(make: Callable[[CatalogStamp], Response], *, daily: bool = False) -> Response:
    """What depends on the catalogue alone, or (`daily`) on the day as well."""
    stamp = catalog_stamp()
    return conditional(
        (stamp.number, clock.today() if daily else None),
        lambda: make(stamp),
        changed_at=changed_by_today(stamp) if daily else stamp.changed_at,
        caching=FEED_CACHING,
    )


@blueprint.get("/feeds/neue-kurse.atom")
@public
@limiter.limit(feed_limit)
def show_atom() -> Response:
    return _answer(lambda _: feed_answer(atom(_feed(None)), _ATOM))


@blueprint.get("/feeds/neue-kurse.rss")
@public
@limiter.limit(feed_limit)
def show_rss() -> Response:
    return _answer(lambda _: feed_answer(rss(_feed(None)), _RSS))


@blueprint.get("/feeds/bereich/<slug>.atom")
@public
@limiter.limit(feed_limit)
def show_area_atom(slug: str) -> Response:
    return _answer(lambda _: feed_answer(atom(_feed(get_area(slug))), _ATOM))


@blueprint.get("/feeds/bereich/<slug>.rss")
@public
@limiter.limit(feed_limit)
def show_area_rss(slug: str) -> Response:
    return _answer(lambda _: feed_answer(rss(_feed(get_area(slug))), _RSS))


def _feed(area: ProgramArea | None) -> Feed:
    name = current_app.config["KMZ"].site_name
    return Feed(
        title=f"Neue Kurse: {area.name} · {name}" if area else f"Neue Kurse · {name}",
        page_path=url_for("catalog.show_area", slug=area.slug) if area else "/kurse",
        own_path=request.path,
        courses=queries.newest_courses(area),
    )


@blueprint.get("/feeds/bereich/<slug>.ics")
@public
@limiter.limit(feed_limit)
def show_area_calendar(slug: str) -> Response:
    """The coming Termine of a Programmbereich or Fachgebiet."""

    def make(stamp: CatalogStamp) -> Response:
        area, today = get_area(slug), clock.today()

        def write() -> bytes:
            return calendar_of(queries.calendar_courses(area, today), name=area.name)

        return calendar_answer(kept_body((slug, stamp.number, today), write), area.slug)

    return _answer(make, daily=True)


@blueprint.get("/sitemap.xml")
@public
@limiter.limit(feed_limit)
def show_sitemap_index() -> Response:
    return _answer(
        lambda stamp: feed_answer(
            sitemap_index(stamp.changed_at, clock.today()), "application/xml"
        ),
        daily=True,
    )


@blueprint.get("/sitemap-<int:part>.xml")
@public
@limiter.limit(feed_limit)
def show_sitemap_part(part: int) -> Response:
    def make(stamp: CatalogStamp) -> Response:
        today = clock.today()
        body = kept_body((part, stamp.number, today), lambda: sitemap_part(part, today))
        return feed_answer(body, "application/xml")

    return _answer(make, daily=True)


@blueprint.get("/robots.txt")
@public
@limiter.limit(feed_limit)
def show_robots() -> Response:
    """Whoever sends old links on may follow them; combinations of filters lead nowhere new."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS),
        "Allow: /kurse?knr=",
        "",
        f"Sitemap: {public_link(url_for('catalog.show_sitemap_index'))}",
        "",
    ]
    return conditional(
        (), lambda: feed_answer("\n".join(lines), "text/plain"), caching=FEED_CACHING
    )

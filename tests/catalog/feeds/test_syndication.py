"""New courses as Atom and RSS, the calendar of an area, the sitemap and robots.txt."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.robotparser import RobotFileParser
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from flask.testing import FlaskClient
from icalendar import Calendar

from kmz import clock
from kmz.catalog.actions.version import mark_changed, rebuild_search
from kmz.catalog.feeds import queries
from kmz.db import transaction
from tests.factories import make_course
from tests.page import Browser
from tests.statements import counted_statements

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOSTILE = "</title><script>alert(1)</script> & ]]> \x0b\x01 \u2028 „Öl“"


def xml_of(client: FlaskClient, address: str, media_type: str) -> Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    root: Element = fromstring(answer.get_data())
    return root


def texts(root: Element, path: str) -> list[str]:
    return [found.text or "" for found in root.iterfind(path)]


def make_courses() -> None:
    now = clock.now()
    make_course(number="271-1", area_code="4.09", published_at=now - timedelta(days=2))
    make_course(number="271-2", area_code="2", published_at=now)
    make_course(number="271-3", area_code="4", title=HOSTILE, published_at=now - timedelta(days=1))
    make_course(number="271-4", area_code="4", published_at=None)


def test_the_newest_courses_stand_first_in_atom(client: FlaskClient) -> None:
    make_courses()
    root = xml_of(client, "/feeds/neue-kurse.atom", "application/atom+xml")
    assert root.tag == f"{ATOM}feed"
    titles = texts(root, f"{ATOM}entry/{ATOM}title")
    assert titles[0] == "Italienisch 271-2"
    assert titles[1] == "</title><script>alert(1)</script> & ]]> „Öl“"
    assert len(titles) == 3
    for name in ("id", "title", "updated", "author"):
        assert root.find(f"{ATOM}{name}") is not None
    for entry in root.iterfind(f"{ATOM}entry"):
        identity = entry.findtext(f"{ATOM}id") or ""
        assert identity.startswith("tag:localhost,2026:kurs-")
        moment = datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "")
        assert moment.tzinfo is not None
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert link.get("href", "").startswith("http://localhost/kurs/271-")
    links = {link.get("rel"): link.get("href") for link in root.iterfind(f"{ATOM}link")}
    assert links["self"] == "http://localhost/feeds/neue-kurse.atom"


def test_the_same_in_rss(client: FlaskClient) -> None:
    make_courses()
    root = xml_of(client, "/feeds/neue-kurse.rss", "application/rss+xml")
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    assert len(texts(root, "channel/item/title")) == 3
    for item in root.iterfind("channel/item"):
        assert (item.findtext("link") or "").startswith("http://localhost/kurs/")
        assert parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo is not None
        assert "Kurs 271-" in (item.findtext("description") or "")
    for name in ("title", "link", "description"):
        assert root.findtext(f"channel/{name}")


@pytest.mark.parametrize(("slug", "count"), [("bereich-4", 2), ("bereich-4.09", 1)])
def test_an_area_has_feeds_of_its_own(client: FlaskClient, slug: str, count: int) -> None:
    make_courses()
    atom = xml_of(client, f"/feeds/bereich/{slug}.atom", "application/atom+xml")
    rss = xml_of(client, f"/feeds/bereich/{slug}.rss", "application/rss+xml")
    calendar = Calendar.from_ical(client.get(f"/feeds/bereich/{slug}.ics").get_data())
    assert len(texts(atom, f"{ATOM}entry")) == len(texts(rss, "channel/item")) == count
    assert len(list(calendar.walk("VEVENT"))) == 2 * count


def test_a_calendar_of_an_area_leaves_out_what_is_over(client: FlaskClient) -> None:
    make_course(number="271-1", area_code="4", starts_on=clock.today() - timedelta(days=60))
    make_course(number="271-2", area_code="4")
    text = client.get("/feeds/bereich/bereich-4.ics").get_data(as_text=True)
    assert "kurs/271-2" in text
    assert "kurs/271-1" not in text


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("kind", ["ics", "atom", "rss"])
def test_an_area_that_nobody_knows_has_none(client: FlaskClient, kind: str) -> None:
    assert client.get(f"/feeds/bereich/gibt-es-nicht.{kind}").status_code == 404


def test_pages_name_their_feeds(browser_: Browser) -> None:
    make_courses()
    page = browser_.open("/bereich/bereich-4")
    for feed in ("/feeds/bereich/bereich-4.atom", "/feeds/bereich/bereich-4.ics"):
        assert f'href="{feed}"' in page.html.partition("</head>")[0]
    assert 'href="/feeds/neue-kurse.atom"' in browser_.open("/").html.partition("</head>")[0]
    assert 'href="/kurs/271-1.ics"' in browser_.open("/kurs/271-1").html.partition("</head>")[0]


def test_the_sitemap_lists_every_page_once_in_parts(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "IN_SITEMAP_PART", 2)
    make_courses()
    index = xml_of(client, "/sitemap.xml", "application/xml")
    parts = texts(index, f"{SITEMAP}sitemap/{SITEMAP}loc")
    assert parts == [f"http://localhost/sitemap-{part}.xml" for part in range(3)]
    found = []
    for part in parts:
        root = xml_of(client, part.removeprefix("http://localhost"), "application/xml")
        found += texts(root, f"{SITEMAP}url/{SITEMAP}loc")
    assert len(set(found)) == len(found)
    for path in ("/", "/kurse", "/bereich", "/bereich/bereich-4", "/kurs/271-1", "/kurs/271-3"):
        assert f"http://localhost{path}" in found
    assert "http://localhost/kurs/271-4" not in found
    paths = {address.removeprefix("http://localhost") for address in found}
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert client.get("/sitemap-3.xml").status_code == 404


def test_the_sitemap_says_when_a_course_changed(client: FlaskClient) -> None:
    make_course(number="271-1")
    root = xml_of(client, "/sitemap-1.xml", "application/xml")
    [changed] = texts(root, f"{SITEMAP}url/{SITEMAP}lastmod")
    assert abs(datetime.fromisoformat(changed) - clock.now()) < timedelta(minutes=1)


def test_robots_stay_out_of_what_is_private_or_endless(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    text = answer.get_data(as_text=True)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    robots = RobotFileParser()
    robots.parse(text.splitlines())
    for path in ("/", "/kurse", "/kurs/271-1", "/bereich/sprachen", "/sitemap.xml", "/?knr=1"):
        assert robots.can_fetch("*", path), path
    for path in ("/konto", "/verwaltung/kurse", "/kurse/suche", "/buchen", "/api/v1/kurse"):
        assert not robots.can_fetch("*", path), path
    assert "Disallow: /kurse?*" in text.splitlines()
    assert "Sitemap: http://localhost/sitemap.xml" in text


FEEDS = (
    *("/feeds/neue-kurse.atom", "/feeds/neue-kurse.rss", "/feeds/bereich/bereich-4.atom"),
    *("/feeds/bereich/bereich-4.rss", "/feeds/bereich/bereich-4.ics", "/kurs/271-1.ics"),
    *("/sitemap.xml", "/sitemap-0.xml", "/sitemap-1.xml"),
)


def test_an_unchanged_feed_costs_one_row(client: FlaskClient) -> None:
    make_courses()
    for address in FEEDS:
        tag = client.get(address).headers["ETag"]
        with transaction():
            pass  # what is kept for a second counts only until something is written
        with counted_statements() as seen:
            answer = client.get(address, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.get_data()) == (304, b""), address
        assert len(seen) == 1, (address, seen)
        assert "catalog_version" in seen[0]


def test_dates_tell_what_is_unchanged_too(client: FlaskClient) -> None:
    make_courses()
    with clock.moved_by(minutes=5), transaction():
        pass
    with clock.moved_by(minutes=5):
        for address in FEEDS:
            date = client.get(address).headers["Last-Modified"]
            asked = {"If-Modified-Since": date}
            assert client.get(address, headers=asked).status_code == 304, address
        with transaction() as session:
            rebuild_search(session)
        for address in FEEDS:
            assert client.get(address, headers=asked).status_code == 200, address


def test_a_changed_course_makes_every_feed_new(client: FlaskClient) -> None:
    course = make_course(number="271-1", area_code="4")
    tags = {address: client.get(address).headers["ETag"] for address in FEEDS}
    with transaction() as session:
        mark_changed(session, [course.id])
    for address, tag in tags.items():
        answer = client.get(address, headers={"If-None-Match": tag})
        assert answer.status_code == 200, address


def test_no_feed_asks_per_course(client: FlaskClient) -> None:
    for _ in range(20):
        make_course(area_code="4")
    make_course(number="271-1", area_code="4")
    for address in (*FEEDS, "/api/v1/kurse", "/api/v1/kurse/271-1", "/api/v1/bereiche"):
        with counted_statements() as seen:
            assert client.get(address).status_code == 200
        assert len(seen) <= 6, (address, len(seen))

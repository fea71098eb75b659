"""PROGRAMM: search, filters, paging, the fragment, and odd addresses."""

import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from kmz.catalog.models import Course
from kmz.db import transaction
from tests.catalog.steps import course_links, fragment, refresh_search
from tests.factories import area, make_course
from tests.page import Browser, Page


def shown(page: Page) -> list[str]:
    return [link.removeprefix("/kurs/") for link in course_links(page)]


@pytest.fixture
def visitor(browser_: Browser) -> Browser:
    """Somebody who looks at four courses of two areas."""
    make_course(number="271-1", title="Italienisch A1", area_code="4.09")
    make_course(number="271-2", title="Arabisch", area_code="4.01")
    make_course(number="271-3", title="Wirbelsäulengymnastik", area_code="3", fee_cents=0)
    make_course(number="271-4", title="Ausverkauft", area_code="3", seats_taken=10)
    make_course(number="271-5", title="Entwurf", published_at=None)
    refresh_search()
    return browser_


def test_a_row_says_what_matters_and_offers_both_ways(visitor: Browser) -> None:
    page = visitor.open("/kurse?q=271-1")
    assert page.headings == ["Programm"]
    assert "1 Kurs „271-1“" in page.text
    for text in ("271-1", "18:30–20:00 · 2 Termine", "98,00 €", "Plätze frei", "Fachgebiet 4.09"):
        assert text in page.text
    assert page.form(button="Direktbuchung: Italienisch A1")
    page = visitor.submit("In den Warenkorb: Italienisch A1")
    assert page.path == "/kurse"
    assert "„Italienisch A1“ liegt im Warenkorb." in page.text
    assert "1 Kurs „271-1“" in page.text  # back to the same list


def test_a_full_course_is_shown_on_demand_and_offers_heart_and_alert(visitor: Browser) -> None:
    assert "271-4" not in shown(visitor.open("/kurse"))
    page = visitor.open("/kurse?q=ausverkauft")
    assert page.link("auch ausgebuchte und beendete Kurse zeigen (1 Kurs)")
    page = visitor.open("/kurse?q=ausverkauft&anzeige=alle")
    assert shown(page) == ["271-4"]
    assert "Ausgebucht" in page.text
    assert "In den Warenkorb" not in page.text
    assert page.form(button="Auf die Merkliste: Ausverkauft")
    assert page.form(button="Benachrichtigen, wenn wieder Plätze frei sind: Ausverkauft")
    assert page.link("alle, auch ausgebuchte entfernen") == "/kurse?q=ausverkauft"


def test_the_filter_narrows_counts_and_can_be_taken_off(visitor: Browser) -> None:
    page = visitor.open("/kurse?anzeige=alle")
    assert "4 Kurse" in page.text
    page = visitor.submit("Kurse zeigen", action="/kurse", bereich="bereich-3")
    assert sorted(shown(page)) == ["271-3", "271-4"]
    assert "2 Kurse" in page.text
    assert 'id="anzahl-bereich-bereich-4">2<' in page.html  # what the other filter would add
    assert page.link("Gesundheit entfernen") == "/kurse?anzeige=alle"
    assert page.link("Alle Filter löschen") == "/kurse"
    assert "Filtern · 2 aktiv" in page.text
    both = visitor.open("/kurse?bereich=bereich-3&bereich=bereich-4&q=arabisch")
    assert both.link("Sprachen entfernen") == "/kurse?q=arabisch&bereich=bereich-3"


def test_everything_that_narrows_the_list_has_a_chip(visitor: Browser) -> None:
    address = "/kurse?q=a&tag=do&von=2000-01-01&bis=2099-12-31&plz=12345&umkreis=5&anzeige=alle"
    page = visitor.open(address)
    assert page.link("„a“ entfernen") == address.replace("q=a&", "")
    assert page.link("Donnerstag entfernen") == address.replace("tag=do&", "")
    period = page.link("01.01.2000–31.12.2099 entfernen")
    assert period == "/kurse?q=a&tag=do&plz=12345&umkreis=5&anzeige=alle"
    assert page.link("5 km um 12345 entfernen") == address.replace("&plz=12345&umkreis=5", "")
    assert page.link("alle, auch ausgebuchte entfernen") == address.replace("&anzeige=alle", "")
    assert "Filtern · 4 aktiv" in page.text
    assert page.title.startswith("„a“, Donnerstag, 01.01.2000–31.12.2099 … – Programm")


def test_a_search_can_be_ordered_but_not_everything_at_once(visitor: Browser) -> None:
    page = visitor.open("/kurse?q=arabisch&sortierung=titel&ansicht=woche")
    assert page.link("Suche abonnieren") == "/suchabo?q=arabisch"
    assert visitor.click("Suche abonnieren").status == 200
    assert visitor.open("/kurse?q=xyzqq").link("Suche abonnieren") == "/suchabo?q=xyzqq"
    assert "Suche abonnieren" not in visitor.open("/kurse?sortierung=titel").text
    assert "Suche abonnieren" not in visitor.open("/kurse?anzeige=alle").text


def test_an_unknown_postal_code_is_said(visitor: Browser) -> None:
    page = visitor.open("/kurse?plz=99999")
    assert "Wo die Postleitzahl 99999 liegt, wissen wir nicht." in page.text
    assert len(shown(page)) == 3
    assert "wissen wir nicht" not in visitor.open("/kurse").text


def test_a_fachgebiet_stands_below_its_programmbereich_and_can_be_taken_off(
    visitor: Browser,
) -> None:
    slug = area("4.09").slug
    branch = '<details id="zweig-bereich-4">'
    assert branch in visitor.open("/kurse").html
    assert branch.replace(">", " open>") in visitor.open("/kurse?bereich=bereich-4").html
    page = visitor.open(f"/kurse?bereich={slug}")
    assert branch.replace(">", " open>") in page.html
    assert shown(page) == ["271-1"]
    assert page.link("Fachgebiet 4.09 entfernen") == "/kurse"
    page = visitor.submit("Kurse zeigen", action="/kurse", q="italienisch")
    assert shown(page) == ["271-1"]


def test_a_long_group_shows_six_at_once_and_opens_where_more_is_chosen(browser_: Browser) -> None:
    for number in range(9):
        make_course(number=f"271-{number}", target_group=f"Leute {number}")
    make_course(target_group="Leute 8")
    refresh_search()
    page = browser_.open("/kurse")
    at_once, _, more = page.html.partition('id="mehr-zielgruppe"')
    assert at_once.count('name="zielgruppe"') == 6
    assert 'value="leute-8"' in at_once  # most courses
    assert "mehr (3)" in page.text
    assert more.startswith(">")
    assert browser_.open("/kurse?zielgruppe=leute-7").html.count('id="mehr-zielgruppe" open') == 1


def test_options_without_a_course_stay_and_can_be_chosen(visitor: Browser) -> None:
    page = visitor.open("/kurse?tag=so")
    assert re.search(
        r'class="option none">\s*<input[^>]*id="filter-tag-mo"[^>]*value="mo">', page.html
    )


def test_the_fragment_is_the_pages_own_block_and_carries_counts_and_title(
    visitor: Browser,
) -> None:
    whole = visitor.open("/kurse?bereich=bereich-3")
    block = fragment(visitor.client, "/kurse?bereich=bereich-3&q=&sortierung=", "results")
    assert block.status == 200
    assert "<html" not in block.html
    assert shown(block) == shown(whole)
    assert block.title == whole.title == "Gesundheit – Programm · kmz"
    assert '<hx-partial hx-target="#anzahl-tag-mo" hx-swap="innerHTML">' in block.html
    tight = block.html.replace("\n", "")
    assert 'hx-target="#sortierung" hx-swap="innerHTML"><option value="" selected>' in tight
    assert "hx-partial" not in whole.html
    assert block.headers["HX-Push-Url"] == "/kurse?bereich=bereich-3"
    assert "HX-Target" in block.headers["Vary"]


def test_groups_with_changing_options_come_whole_in_the_fragment(visitor: Browser) -> None:
    block = fragment(visitor.client, "/kurse?tag=do", "results")
    for name in ("bereich", "ort", "monat", "zielgruppe"):
        assert f'<hx-partial hx-target="#optionen-{name}" hx-swap="innerHTML">' in block.html
    assert 'id="optionen-ort"' in visitor.open("/kurse?q=xyzqq").html  # there is a place for it


def test_what_a_plain_form_sends_leads_to_the_short_address(visitor: Browser) -> None:
    long = "/kurse?q=&von=&bis=&plz=&umkreis=20&anzeige=&sortierung=&tag=do&tag=mo&seite=2"
    answer = visitor.client.get(long)
    assert answer.status_code == 303
    assert answer.location == "/kurse?tag=do&tag=mo&seite=2"
    unordered = visitor.open("/kurse?tag=mo&bereich=bereich-4&q=%20a%20&seite=1")
    assert '<link rel="canonical" href="/kurse?q=a&amp;bereich=bereich-4&amp;tag=mo">' in (
        unordered.html
    )


def test_only_listed_blocks_are_given_alone(visitor: Browser) -> None:
    for target in ("content", "title", "filter", "", "x" * 5000, "results; content"):
        assert "<html" in fragment(visitor.client, "/kurse", target).html


def test_nothing_found_says_what_to_loosen_with_counts(visitor: Browser) -> None:
    page = visitor.open("/kurse?q=arabisch&bereich=bereich-3&von=2000-01-01")
    assert "0 Kurse" in page.text
    assert "Keine Kurse gefunden" in page.text
    way = page.link("Programmbereich „Gesundheit“ weglassen (1 Kurs)")
    assert shown(visitor.open(way)) == ["271-2"]
    assert page.link("„arabisch“ weglassen (1 Kurs)") == "/kurse?bereich=bereich-3&von=2000-01-01"
    assert page.link("Alle Filter löschen") == "/kurse"
    period = visitor.open("/kurse?bis=2000-01-01")
    assert period.link("Zeitraum „bis 01.01.2000“ weglassen (3 Kurse)") == "/kurse"


def test_too_many_words_offer_to_leave_out_one_of_them(visitor: Browser) -> None:
    page = visitor.open("/kurse?q=Italienisch+abends,+Ausverkauft")
    way = page.link("ohne „Ausverkauft“ suchen (1 Kurs)")
    assert shown(visitor.open(way)) == ["271-1"]
    assert page.link("alle Suchwörter weglassen (3 Kurse)") == "/kurse"


def test_near_words_are_links(visitor: Browser) -> None:
    page = visitor.open("/kurse?q=italeinisch")
    assert shown(page) == ["271-1"]
    assert "gibt es keinen genauen Treffer" in page.text
    assert "Meinten Sie" in page.text
    assert page.link("Italienisch") == "/kurse?q=Italienisch"


def test_what_was_found_is_marked_and_shown_where_it_stands(visitor: Browser) -> None:
    make_course(
        number="271-9", title="Töpfern", description_html="<p>Ton &amp; Glasur mit Ruhe.</p>"
    )
    refresh_search()
    assert "<mark>Italienisch</mark>" in visitor.open("/kurse?q=italienisch").html
    page = visitor.open("/kurse?q=glasur")
    assert '<p class="excerpt">Ton &amp; <mark>Glasur</mark> mit Ruhe.</p>' in page.html
    assert "<mark>" not in visitor.open("/kurse").html  # the kept rows know nothing of others


def test_twenty_five_rows_a_page_and_every_course_once(browser_: Browser) -> None:
    for number in range(60):
        make_course(number=f"271-{number}")
    refresh_search()
    seen, page = [], browser_.open("/kurse?sortierung=titel")
    for count in (25, 25, 10):
        assert len(shown(page)) == count
        seen += shown(page)
        if count == 25:
            page = browser_.open(dict(page.links)["weiter"])
    assert len(set(seen)) == 60
    assert page.link("zurück") == "/kurse?sortierung=titel&seite=2"
    beyond = browser_.open("/kurse?seite=99")
    assert len(shown(beyond)) == 10
    assert "60 Kurse" in beyond.text


def test_addresses_stay_short_and_in_one_order(visitor: Browser) -> None:
    page = visitor.open("/kurse?sortierung=&seite=1&bereich=bereich-4&bereich=bereich-3&q=%20a%20")
    hidden = re.search(r'name="weiter" value="([^"]*)"', page.html)
    links = [address for _, address in page.links if "bereich=" in address]
    assert hidden is None or hidden[1] == "/kurse?q=a&amp;bereich=bereich-3&amp;bereich=bereich-4"
    assert "/kurse?q=a&bereich=bereich-4" in links


def test_the_default_order_needs_no_word(visitor: Browser) -> None:
    form = visitor.open("/kurse?q=italienisch").form(action="/kurse", button="Kurse zeigen")
    assert ("sortierung", "") in form.fields
    relevance = visitor.open("/kurse?q=italienisch&sortierung=relevanz")
    assert shown(relevance) == shown(visitor.open("/kurse?q=italienisch"))
    assert shown(visitor.open("/kurse?sortierung=titel"))[0] == "271-2"


ODD_ADDRESSES = (
    *(f"seite={odd}" for odd in ("0", "-1", "1e99", "9" * 400, "NaN", "%00", "%C2%B2", "", "1.5")),
    "q=%00", "q=%ff%fe", "q=%ed%a0%80", "q=" + "x" * 5000, "q=" + quote('"(["*:~^\\ AND OR'),
    "q=a&q=b&seite=1&seite=2", "bereich=%00&bereich=x", "&".join(f"bereich={n}" for n in range(99)),
    "sortierung=%00", "sortierung=;drop", "alle=&alle=x", "q[]=x&q[0]=y", "%00=%00", "&&&==",
    "q=<script>alert(1)</script>",
)  # fmt: skip


def test_odd_addresses_show_a_list_and_never_fail(visitor: Browser) -> None:
    for odd in ODD_ADDRESSES:
        for page in (
            visitor.open(f"/kurse?{odd}"),
            fragment(visitor.client, f"/kurse?{odd}", "results"),
        ):
            assert page.status in {200, 303}, odd[:60]
            assert "<script>alert(1)" not in page.html


def test_a_course_taken_back_vanishes_at_once_even_from_the_old_index(visitor: Browser) -> None:
    with transaction() as session:
        session.query(Course).filter_by(slug="271-1").update({"published_at": None})
    assert "271-1" not in shown(visitor.open("/kurse"))


def test_an_empty_catalogue_has_a_start_page_and_a_list(client: FlaskClient) -> None:
    refresh_search()
    for address in ("/", "/kurse", "/sitemap"):
        assert client.get(address).status_code == 200


def test_start_shows_areas_with_counts_and_what_can_be_booked_soon(visitor: Browser) -> None:
    page = visitor.open("/")
    assert len(shown(page)) == 3  # not the one that is sold out
    assert page.link("Gesundheit 1 Kurs") == "/kurse?bereich=bereich-3"
    assert page.link("Zum Programm") == "/kurse"
    assert page.link("Kunden-Login") == "/login"
    page = visitor.submit("Suchen", q="wirbelsäule")
    assert shown(page) == ["271-3"]


def test_the_sitemap_leads_everywhere(visitor: Browser) -> None:
    page = visitor.open("/sitemap")
    addresses = {address for _, address in page.links}
    assert {"/", "/kurse", "/login", "/konto/merkliste", "/warenkorb", "/widerruf"} <= addresses
    assert "/bereich/bereich-3" in addresses
    for address in sorted(addresses):
        if address.startswith("/") and not address.startswith("/static"):
            assert visitor.open(address).status == 200, address

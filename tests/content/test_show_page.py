"""The public text pages: all there, filled in, and saying what the law wants said."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from kmz import clock
from kmz.config import Config
from kmz.content.pages import PAGES
from kmz.content.placeholders import MEANINGS, fill_html, fill_line, values_of
from kmz.content.queries import current_text, terms_version
from kmz.errors import NotFoundError
from kmz.sanitising import clean_page
from tests.page import Browser

ADDRESSES = {
    "/service": "INFOS / SERVICE",
    "/haus": "ZIB",
    "/kontakt": "KONTAKT",
    "/impressum": "Impressum",
    "/datenschutz": "Datenschutz",
    "/agb": "AGB",
    "/widerrufsbelehrung": "Widerrufsbelehrung",
    "/barrierefreiheit": "Barrierefreiheit",
}
YEAR = timedelta(days=365)


@pytest.mark.parametrize(("address", "title"), ADDRESSES.items())
def test_every_page_has_its_title_one_heading_and_a_breadcrumb(
    browser_: Browser, address: str, title: str
) -> None:
    page = browser_.open(address)
    assert page.status == 200
    assert page.headings == [title]
    assert page.title.startswith(title)
    assert f"Sie befinden sich hier: Start / {title}" in page.text


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_placeholder_is_left_on_a_page(browser_: Browser, address: str) -> None:
    text = browser_.open(address).text
    assert not [name for name in MEANINGS if f"${name}" in text]


@pytest.mark.parametrize("key", PAGES)
def test_the_shipped_texts_hold_nothing_that_saving_would_remove(key: str) -> None:
    shipped = PAGES[key].default_html
    assert clean_page(shipped).strip() == shipped.strip()


@pytest.mark.parametrize("key", PAGES)
def test_every_placeholder_of_the_shipped_texts_is_known(key: str) -> None:
    assert set(re.findall(r"\$(\w+)", PAGES[key].default_html)) <= set(MEANINGS)


@pytest.mark.parametrize("key", PAGES)
def test_no_shipped_text_skips_a_level_of_headings(key: str) -> None:
    levels = [1, *map(int, re.findall(r"<h(\d)>", PAGES[key].default_html))]
    assert all(deep <= high + 1 for high, deep in pairwise(levels))


def test_the_imprint_names_the_law_of_today_and_no_closed_platform(browser_: Browser) -> None:
    text = browser_.open("/impressum").text
    assert "§ 5 des Digitale-Dienste-Gesetzes" in text
    assert "Verbraucherstreitbeilegungsgesetzes (VSBG)" in text
    assert "TMG" not in text
    assert "ec.europa.eu" not in browser_.page.html


def test_the_withdrawal_page_tells_how_and_leads_to_the_form(browser_: Browser) -> None:
    page = browser_.open("/widerrufsbelehrung")
    assert "binnen vierzehn Tagen" in page.text
    assert "Wenn Sie diese Online-Funktion nutzen, übermitteln wir Ihnen" in page.text
    assert page.link("http://localhost/widerruf") == "/widerruf"
    assert "Muster-Widerrufsformular" in page.text
    addresses = [address for _, address in page.links]
    assert any(address.startswith("mailto:support@example.org?subject=W") for address in addresses)


def test_the_privacy_page_says_for_what_on_which_basis_and_how_long(browser_: Browser) -> None:
    text = browser_.open("/datenschutz").text
    for words in ("Rechtsgrundlage", "Speicherdauer", "8 Jahre", "nur Vor- und Nachnamen"):
        assert words in text


def test_the_accessibility_statement_is_checked_every_year() -> None:
    # L39: it fails one year after the last check, so that somebody looks again.
    found = re.search(r"überprüft am (\d\d)\.(\d\d)\.(\d{4})", PAGES["accessibility"].default_html)
    assert found is not None
    day, month, year = map(int, found.groups())
    assert clock.today() - date(year, month, day) < YEAR


def test_values_are_escaped_wherever_they_are_filled_in() -> None:
    filled = fill_html('<a href="$house">$house</a> 5 $ $foo', {"house": '"><script>'})
    assert str(filled) == '<a href="&#34;&gt;&lt;script&gt;">&#34;&gt;&lt;script&gt;</a> 5 $ $foo'
    assert fill_line("$house & Co", {"house": "<b>"}) == "<b> & Co"


def test_the_telephone_link_holds_what_can_be_dialled(plain_config: Config) -> None:
    assert values_of(plain_config)["support_phone_link"] == "+491234567890"
    assert set(values_of(plain_config)) == set(MEANINGS)


@pytest.mark.parametrize("version", ["agb-2", "agb-0", "agb-", "1", "agb-²", "agb-99999999999"])
def test_terms_that_never_were_are_not_found(browser_: Browser, version: str) -> None:
    assert browser_.open("/agb/agb-1").status == 200
    assert browser_.open(f"/agb/{version}").status == 404


@pytest.mark.usefixtures("app")
def test_the_shipped_terms_are_version_one() -> None:
    assert terms_version() == "agb-1"
    with pytest.raises(NotFoundError):
        current_text("start")

"""Every page fits every screen, light and dark, and axe finds nothing to complain about."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import LiveServer, log_in, log_in_staff, make_person

pytestmark = pytest.mark.browser

PUBLIC = (
    "/",
    "/kurse",
    "/kurse?q=gibtesnicht",
    "/kurs/271-2101",
    "/warenkorb",
    "/login",
    "/passwort-vergessen",
    "/registrieren/gesendet",
    "/service",
    "/agb",
    "/kontakt",
    "/sitemap",
    "/offline",
    "/gibt-es-nicht",
)
PRIVATE = (
    "/konto",
    "/konto/anmeldungen",
    "/konto/merkliste",
    "/konto/profil",
    "/konto/bankverbindungen",
    "/konto/passwort",
    "/konto/einstellungen",
    "/konto/daten",
    "/konto/e-mail",
    "/konto/sicherheit",
    "/konto/sicherheit/passkey",
    "/buchen?kurs=271-2100",
)
STAFF = (
    "/verwaltung",
    "/verwaltung/anmeldungen",
    "/verwaltung/kurse",
    "/verwaltung/kurse/neu",
    "/verwaltung/texte",
    "/verwaltung/zugang",
    "/verwaltung/zugang/codes",
    "/verwaltung/zweiter-faktor/app",
)
WIDTHS = (1280, 390, 320)
# The rules of WCAG 2.2 A and AA, and what axe holds to be good practice.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
Visits = tuple[tuple[Page, tuple[str, ...]], ...]


@pytest.fixture(scope="session")
def people(live: LiveServer) -> LiveServer:
    make_person(live, "viel@example.org", bookings=2)
    return live


@pytest.fixture
def visits(new_context: Callable[..., BrowserContext], people: LiveServer) -> Visits:
    """One page per kind of person, with the addresses open to that person."""
    assert people
    visitor, customer, staff = (new_context().new_page() for _ in range(3))
    log_in(customer, "viel@example.org")
    log_in_staff(staff, people)
    return ((visitor, PUBLIC), (customer, PRIVATE), (staff, STAFF))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways(visits: Visits, scheme: str) -> None:
    wide = []
    for page, addresses in visits:
        page.emulate_media(color_scheme=scheme)
        for address in addresses:
            page.goto(address)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                over = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if over > 0:
                    wide.append(f"{address} at {width}: {over} px")
    assert wide == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing(visits: Visits, scheme: str, width: int) -> None:
    axe, found = Axe(), []
    for page, addresses in visits:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            page.goto(address)
            for violation in axe.run(page, options=RULES).response["violations"]:
                nodes = [node["html"][:160] for node in violation["nodes"][:3]]
                found.append(f"{address}: {violation['id']}: {violation['help']} {nodes}")
    assert found == []

"""Every page fits every screen, light and dark, and axe finds nothing to complain about."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page

from kmz.accounts.queries import find_customer
from kmz.booking.queue.actions import QueueTerms, take_turn
from kmz.db import db
from kmz.recovery.puzzle.rules import Riddle
from tests.browser.axe import violations
from tests.browser.conftest import LONG_TITLE, LiveServer, log_in, log_in_staff
from tests.browser.looking import BOSS, CUSTOMER, FIRST_TIME, NEWCOMER, SCHOOL, fill_pages
from tests.browser.looking_pages import PAGES
from tests.factories import PASSWORD, STAFF_PASSWORD
from tests.recovery.solving import Sent, send_link

pytestmark = pytest.mark.browser

SCREENS = (("light", (320, 390, 1280)), ("dark", (1280, 320, 390)))
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Looker:
    """Looks at the page in its window in every width, light and dark, and notes what is wrong."""

    page: Page
    found: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        self.page.goto(address)
        if not self.page.url.endswith(address):
            self.found.append(f"{address} led to {self.page.url}")
        self.look()

    def press(self, button: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).first.click()
        self.look()

    def send_form(self, button: str) -> None:
        """On the way to a booking the answer takes the place of the form, without a new page."""
        with self.page.expect_response("**/buchen**"):
            self.page.get_by_role("button", name=button).first.click()
        self.page.wait_for_load_state("networkidle")
        self.look()

    def look(self) -> None:
        """Axe looks at the last width of each scheme."""
        path = re.sub(r"^https?://[^/]+", "", self.page.url)
        for scheme, widths in SCREENS:
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for width in widths:
                self.page.set_viewport_size({"width": width, "height": 900})
                over = self.page.evaluate(OVER)
                if over > 0:
                    self.found.append(f"{path} at {width}: {over} px too wide")
            self.found += [f"{path}, {scheme}: {violation}" for violation in violations(self.page)]


@pytest.fixture(scope="session")
def values(live: LiveServer) -> dict[str, object]:
    """What stands in the addresses of people who have something on every page."""
    with live.app.app_context():
        made = fill_pages()
        db.session.remove()
    return made


@pytest.fixture
def looker(
    new_context: Callable[..., BrowserContext], values: dict[str, object]
) -> Iterator[Looker]:
    """Somebody unknown; at the end nothing must be wrong."""
    assert values
    looker = Looker(new_context().new_page())
    yield looker
    assert looker.found == []


@pytest.mark.parametrize("who", PAGES)
def test_every_page_fits_every_screen(
    looker: Looker, live: LiveServer, values: dict[str, object], who: str
) -> None:
    if who == "customer":
        log_in(looker.page, CUSTOMER)
    if who == "staff":
        log_in_staff(looker.page, live, BOSS)
    for address in PAGES[who]:
        looker.open(address.format(**values))


def test_the_way_to_a_booking_fits_every_screen(
    looker: Looker, live: LiveServer, crowd: Callable[[], None]
) -> None:
    page = looker.page
    log_in(page, CUSTOMER)
    page.goto("/kurs/271-2102")
    crowd()
    looker.press("Direktbuchung")
    assert page.get_by_text("Ihr Platz in der Warteschlange").is_visible()
    looker.press("Warteschlange verlassen")
    live.app.config["KMZ"] = replace(live.app.config["KMZ"], queue_slots=0)
    page.goto("/kurs/271-2102")
    looker.send_form("Direktbuchung")
    looker.send_form("Weitere Person")
    looker.send_form("Weitere Person")
    looker.send_form("Weiter zur Zusammenfassung")  # with one person three times
    for index, name in ((1, "Mia"), (2, LONG_TITLE[:60])):
        page.locator(f"#participants-{index}-who").select_option("other")
        page.locator(f"#participants-{index}-first_name").fill(name)
        page.locator(f"#participants-{index}-last_name").fill("Beispiel")
    page.get_by_label("Ich bin volljährig").check()
    looker.send_form("Weiter zur Zusammenfassung")
    looker.send_form("Kostenfrei buchen")  # without the tick
    page.get_by_label("Ich akzeptiere").check()
    looker.send_form("Kostenfrei buchen")
    assert page.get_by_role("heading", level=1).inner_text() == "Vielen Dank"


@pytest.fixture
def crowd(live: LiveServer) -> Iterator[Callable[[], None]]:
    """From now on one may book at a time, and somebody is inside."""
    config = live.app.config["KMZ"]

    def come() -> None:
        live.app.config["KMZ"] = replace(config, queue_slots=1)
        with live.app.app_context():
            take_turn("", QueueTerms(slots=1, minutes=10))
            db.session.remove()

    yield come
    live.app.config["KMZ"] = config


def test_the_steps_of_a_widerruf_fit_every_screen(looker: Looker) -> None:
    page = looker.page
    looker.open("/widerruf")
    looker.press("Weiter")  # without a word
    for name in ("name", "contract", "remark"):
        page.locator(f"main [name='{name}']").fill(LONG_TITLE)
    page.locator("main [name='email']").fill("looks@example.org")
    looker.press("Weiter")
    looker.press("Angaben ändern")
    looker.press("Weiter")
    looker.press("Widerruf bestätigen")


def test_the_pages_behind_a_recovery_link_fit_every_screen(
    looker: Looker, live: LiveServer, riddles: list[Riddle]
) -> None:
    page = looker.page
    page.goto(link_to(live, CUSTOMER).address)
    looker.look()
    looker.press("Weiter")  # without the tick
    page.get_by_label("Ich bin kein Roboter").check()
    looker.press("Weiter")
    looker.press("Bestätigen")  # without an answer
    looker.press("Als Ton vorlesen")
    looker.press("Frage statt Ton")
    page.get_by_label(riddles[-1].question).fill(riddles[-1].answer)
    looker.press("Bestätigen")
    looker.press("Konto bearbeiten")
    looker.press("Registrieren")  # without a password


def link_to(live: LiveServer, email: str) -> Sent:
    with live.app.app_context():
        customer = find_customer(email)
        assert customer is not None
        sent = send_link(customer)
        db.session.remove()
    return sent


@pytest.mark.parametrize(
    ("username", "addresses"),
    [("", ("/konto", "/konto/schule", "/konto/e-mail")), (FIRST_TIME, ("/konto/erstes-passwort",))],
    ids=["shared", "first"],
)
def test_what_a_login_by_schulnummer_sees_fits_every_screen(
    looker: Looker, username: str, addresses: tuple[str, ...]
) -> None:
    looker.page.goto("/login")
    form = looker.page.locator("form", has=looker.page.get_by_label("Schulnummer"))
    form.get_by_label("Schulnummer").fill(SCHOOL)
    form.get_by_label("Benutzername").fill(username)
    form.get_by_label("Passwort", exact=True).fill(PASSWORD)
    form.get_by_role("button", name="Anmelden", exact=True).click()
    looker.page.wait_for_url("**/konto**")
    for address in addresses:
        looker.open(address)


def test_the_first_login_of_staff_fits_every_screen(looker: Looker) -> None:
    page = looker.page
    looker.open("/verwaltung/login")
    page.get_by_label("Ihre E-Mail-Adresse").fill(NEWCOMER)
    page.get_by_label("Passwort", exact=True).fill(STAFF_PASSWORD)
    looker.press("Anmelden")
    secret = page.locator("code").first.inner_text().replace(" ", "")
    page.get_by_label(re.compile("Code")).fill(pyotp.TOTP(secret).now())
    looker.press("App einrichten")
    looker.press("Logout")
    page.goto("/verwaltung/login")
    page.get_by_label("Ihre E-Mail-Adresse").fill(NEWCOMER)
    page.get_by_label("Passwort", exact=True).fill(STAFF_PASSWORD)
    looker.press("Anmelden")
    looker.open("/verwaltung/zweiter-faktor/wiederherstellung")


def test_what_the_office_prints_fits_every_screen(
    looker: Looker, live: LiveServer, values: dict[str, object]
) -> None:
    page = looker.page
    log_in_staff(page, live, BOSS)
    page.goto("/verwaltung/kunden/{customer}/wiederherstellung/brief".format(**values))
    looker.press("Brief erzeugen")  # without a check
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    looker.press("Brief erzeugen")
    page.goto("/verwaltung/schulen/{school}/zugaenge/neu".format(**values))
    looker.press("Zugang anlegen")  # without a name
    page.get_by_label("Benutzername").fill("nora")
    page.get_by_label(re.compile("^Vorname")).fill("Nora")
    page.get_by_label(re.compile("^Name")).fill("Muster")
    looker.press("Zugang anlegen")

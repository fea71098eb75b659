"""Passkeys in Chromium, with its virtual authenticator (WebAuthn over the DevTools protocol)."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from kmz.db import db
from tests.browser.conftest import OFFICE, PATIENCE, LiveServer, listen, log_in, log_in_staff, serve
from tests.factories import STAFF_PASSWORD, make_customer

ANDREA = "andrea@example.org"
NO_SUGGESTIONS = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A portal with a name: passkeys belong to a host, and an IP address is none."""
    with serve(tmp_path_factory.mktemp("passkeys"), host="localhost") as server:
        with server.app.app_context():
            make_customer(email=ANDREA)
            db.session.remove()
        yield server


@pytest.fixture
def open_page(
    browser: Browser, portal: LiveServer, complaints: list[str]
) -> Iterator[Callable[..., Page]]:
    """Makes windows with a device that verifies its owner and can be asked without a name.

    It says yes to everything at once, so pages suggest no passkey unless a test is about that.
    """
    contexts: list[BrowserContext] = []

    def make(*, suggests: bool = False) -> Page:
        context = browser.new_context(base_url=portal.url, locale="de-DE")
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        listen(page, complaints)
        if not suggests:
            page.add_init_script(NO_SUGGESTIONS)
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


def add_passkey(page: Page, name: str) -> None:
    log_in(page, ANDREA)
    page.goto("/konto/sicherheit")
    page.get_by_role("link", name="Passkey einrichten").click()
    page.get_by_label("Name, an dem").fill(name)
    page.get_by_role("button", name="Passkey einrichten").click()
    page.wait_for_url("**/konto/sicherheit")
    assert page.get_by_role("cell", name=name, exact=True).is_visible()
    page.goto("/konto")
    page.get_by_role("button", name="LOGOUT").click()
    page.wait_for_url("**/logout")


def test_a_customer_adds_a_passkey_and_comes_back_with_nothing_else(
    open_page: Callable[..., Page],
) -> None:
    page = open_page()
    add_passkey(page, "Mein Telefon")
    page.goto("/login")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url("**/konto")
    assert page.get_by_role("heading", level=1).inner_text().startswith("Herzlich willkommen")


def test_the_field_for_the_name_suggests_the_passkey(open_page: Callable[..., Page]) -> None:
    page = open_page(suggests=True)
    add_passkey(page, "Mein Rechner")
    page.goto("/login")
    page.wait_for_url("**/konto")


def test_a_passkey_is_the_second_factor_of_staff(
    open_page: Callable[..., Page], portal: LiveServer
) -> None:
    page = open_page()
    log_in_staff(page, portal)
    page.goto("/verwaltung/zugang/passkey")
    page.get_by_role("button", name="Passkey einrichten").click()
    page.wait_for_url("**/verwaltung/zugang/codes")
    page.get_by_role("button", name="Logout").click()
    page.wait_for_url("**/verwaltung/login")
    page.get_by_label("Ihre E-Mail-Adresse").fill(OFFICE)
    page.get_by_label("Passwort", exact=True).fill(STAFF_PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url("**/verwaltung/zweiter-faktor**")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url("**/verwaltung")


def test_without_javascript_no_button_is_shown_that_could_not_work(
    browser: Browser, portal: LiveServer
) -> None:
    context = browser.new_context(base_url=portal.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login")
    assert not page.get_by_text("Mit Passkey anmelden").is_visible()
    context.close()

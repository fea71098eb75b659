"""The automatic logout in a real browser: warned of in time, prolonged without leaving the page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from kmz.clock import moved_by
from tests.browser.conftest import LiveServer
from tests.factories import PASSWORD, make_customer

pytestmark = pytest.mark.browser


def logged_in(page: Page, live: LiveServer, email: str) -> None:
    with live.app.app_context():
        make_customer(email=email)
    page.goto("/login")
    page.get_by_label("Ihre E-Mail-Adresse").fill(email)
    page.locator("#login-password").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden").first.click()
    expect(page.get_by_role("heading", name="Herzlich willkommen")).to_be_visible()


def look_again(page: Page) -> None:
    """What the page does by itself when its timer rings or its window comes to the front."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_the_page_warns_stays_where_it_is_and_leaves_at_the_end(
    page: Page, live: LiveServer
) -> None:
    logged_in(page, live, "sitzung@example.org")
    page.goto("/konto/profil")
    street = page.get_by_label("Straße")
    street.fill("Noch nicht gespeichert")
    bar = page.locator("[data-session-end]")
    expect(bar).to_contain_text("automatisch ausgeloggt")
    with moved_by(minutes=28):
        look_again(page)
        expect(bar).to_contain_text("Aus Sicherheitsgründen werden Sie in 2 Minuten ausgeloggt.")
        expect(page.locator("#live")).to_contain_text("in 2 Minuten ausgeloggt")
        bar.get_by_role("button", name="Eingeloggt bleiben").click()
        expect(bar).to_contain_text("automatisch ausgeloggt")
        expect(street).to_have_value("Noch nicht gespeichert")
    with moved_by(minutes=59):
        look_again(page)
        expect(page.get_by_role("heading", name="Kunden-Login").first).to_be_visible()
        expect(page.locator("main")).to_contain_text("automatisch ausgeloggt")


def test_without_javascript_a_second_window_keeps_the_login(
    new_context: Callable[..., BrowserContext], live: LiveServer
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    logged_in(page, live, "sitzung-plain@example.org")
    page.goto("/konto/profil")
    street = page.get_by_label("Straße")
    street.fill("Noch nicht gespeichert")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Eingeloggt bleiben").click()
    expect(opened.value.get_by_role("heading", name="Sie bleiben eingeloggt.")).to_be_visible()
    expect(street).to_have_value("Noch nicht gespeichert")

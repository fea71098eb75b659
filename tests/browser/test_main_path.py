"""The main way with JavaScript: pages change in place, and Back shows what it should."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import LiveServer, log_in, make_person
from tests.factories import PASSWORD

pytestmark = pytest.mark.browser


def mark(page: Page) -> None:
    """A mark that does not survive the loading of another page."""
    page.evaluate("window.kmzMark = true")


def assert_same_page(page: Page) -> None:
    assert page.evaluate("window.kmzMark === true")


def cart_button(page: Page, title: str) -> Locator:
    row = page.locator("#results .courses > li", has_text=title)
    return row.get_by_role("button", name="In den Warenkorb")


def test_the_badge_counts_in_place(page: Page) -> None:
    page.goto("/kurs/271-2100")
    mark(page)
    page.get_by_role("button", name="In den Warenkorb").click()
    expect(page.locator("#cart-badge .badge")).to_have_text("1")
    expect(page.locator("#notices")).to_contain_text("liegt im Warenkorb")
    expect(page.locator("#live")).to_contain_text("liegt im Warenkorb")
    assert_same_page(page)
    page.goto("/kurse?q=Sterne")
    mark(page)
    cart_button(page, "Sterne").click()
    expect(page.locator("#cart-badge .badge")).to_have_text("2")
    assert_same_page(page)


def test_the_password_rules_tick_while_typing(page: Page) -> None:
    page.goto("/login")
    field = page.get_by_role("region", name="Registrierung").get_by_label("Passwort").first
    rules = {code: page.locator(f"[data-rule={code}]") for code in ("length", "digit", "special")}
    for typed, fulfilled in (("abc", set()), ("abcde", {"length"}), ("abc1e", {"length", "digit"})):
        field.fill(typed)
        for code, rule in rules.items():
            expect(rule).to_have_class("ok" if code in fulfilled else "")
    field.fill("")
    field.press_sequentially("abc1#")
    for rule in rules.values():
        expect(rule).to_have_class("ok")
    expect(rules["special"]).to_contain_text("(erfüllt)")
    page.get_by_role("region", name="Registrierung").get_by_role(
        "button", name="Passwort anzeigen"
    ).first.click()
    expect(field).to_have_attribute("type", "text")


def test_a_filter_changes_list_and_address_and_back_restores_both(page: Page) -> None:
    page.goto("/kurse")
    results = page.locator("#results")
    everything = results.locator("[data-announce]").first.inner_text()
    first = results.locator("h2").first.inner_text()
    mark(page)
    page.locator("#filter input[name=bereich][value=bereich-2]").check()
    expect(page).to_have_url(re.compile(r"/kurse\?.*bereich=bereich-2"))
    expect(results.locator("[data-announce]").first).to_have_text("3 Kurse")
    assert_same_page(page)
    results.get_by_role("link", name="Töpfern an der Scheibe", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Töpfern an der Scheibe")
    page.go_back()
    expect(page.locator("#results [data-announce]").first).to_have_text("3 Kurse")
    expect(page.locator("#filter input[value=bereich-2]")).to_be_checked()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/kurse$"))
    expect(page.locator("#results [data-announce]").first).to_have_text(everything)
    expect(page.locator("#results h2").first).to_have_text(first)
    expect(page.get_by_role("navigation", name="Hauptnavigation")).to_be_visible()


def test_paging_and_a_reload_show_the_same_list(page: Page) -> None:
    page.goto("/kurse?bereich=bereich-5")
    page.get_by_role("link", name="Seite 2").click()
    expect(page).to_have_url(re.compile("seite=2"))
    expect(page.locator("#results .courses > li")).to_have_count(1)
    shown = page.locator("#results h2").inner_text()
    page.reload()
    expect(page.locator("#results h2")).to_have_text(shown)


def test_a_customer_books_and_after_the_logout_back_shows_nothing(
    page: Page, live: LiveServer
) -> None:
    make_person(live, "andrea@example.org")
    page.goto("/kurs/271-2100")
    page.get_by_role("button", name="In den Warenkorb").click()
    expect(page.locator("#cart-badge .badge")).to_have_text("1")
    log_in(page, "andrea@example.org")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Herzlich willkommen, Andrea Beispiel"
    )
    page.goto("/warenkorb")
    page.get_by_role("button", name="Zum Anmeldeformular").click()
    page.get_by_label("Ich bin volljährig").check()
    page.get_by_label("Ich erteile das SEPA-Lastschriftmandat").check()
    page.get_by_role("button", name="Weiter zur Zusammenfassung").click()
    page.get_by_label("Ich akzeptiere").check()
    page.get_by_role("button", name="Zahlungspflichtig buchen", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")
    page.goto("/konto/anmeldungen")
    expect(page.locator("main")).to_contain_text("noch nicht fest eingebucht")
    page.goto("/konto")
    page.get_by_role("button", name="LOGOUT").click()
    expect(page.locator("main")).to_contain_text("ausgeloggt")
    for _ in range(4):
        page.go_back()
        expect(page.locator("main")).to_be_visible()
        expect(page.locator("body")).not_to_contain_text("Andrea")
        expect(page.locator("body")).not_to_contain_text("Töpfern an der Scheibe (")


def test_a_direktbuchung_takes_three_requests(page: Page, live: LiveServer) -> None:
    make_person(live, "direkt@example.org")
    log_in(page, "direkt@example.org")
    page.goto("/kurs/271-2102")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(f"{one.method} {one.url}"))
    page.get_by_role("button", name="Direktbuchung").click()
    page.get_by_label("Ich bin volljährig").check()
    page.get_by_role("button", name="Weiter zur Zusammenfassung").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmeldung prüfen")
    expect(page).to_have_title(re.compile("Anmeldung prüfen"))
    expect(page).not_to_have_url(re.compile("formular"))
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmeldeformular")
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmeldung prüfen")
    page.get_by_label("Ich akzeptiere").check()
    page.get_by_role("button", name="buchen", exact=False).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")
    asked = [one for one in sent if "/buchen" in one]
    went_to_and_fro = 2
    assert len(asked) - went_to_and_fro == 3, asked


def test_another_persons_names_appear_when_needed(page: Page, live: LiveServer) -> None:
    make_person(live, "boris@example.org")
    log_in(page, "boris@example.org")
    page.goto("/kurs/271-2102")
    page.get_by_role("button", name="Direktbuchung").click()
    names = page.get_by_label("Vorname")
    expect(names).to_be_hidden()
    page.locator("#participants-0-who").select_option("other")
    expect(names).to_be_visible()
    page.get_by_role("button", name="Weiter zur Zusammenfassung").click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Vorname")).to_have_attribute("aria-invalid", "true")


def test_a_heart_is_set_in_place(page: Page, live: LiveServer) -> None:
    make_person(live, "carla@example.org")
    log_in(page, "carla@example.org")
    page.goto("/kurse?q=Sterne")
    mark(page)
    heart = page.locator("#herz-271-2102")
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#watchlist-badge .badge")).to_have_text("1")
    assert_same_page(page)
    page.goto("/konto/merkliste")
    expect(page.locator("main")).to_contain_text("Sterne über der Stadt")


def test_everything_works_with_javascript_off(
    new_context: Callable[..., BrowserContext], live: LiveServer
) -> None:
    make_person(live, "dora@example.org")
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/kurse")
    page.locator("#filter input[value=bereich-2]").check()
    page.get_by_role("button", name="Kurse zeigen").click()
    expect(page.locator("#results [data-announce]").first).to_have_text("3 Kurse")
    cart_button(page, "Sterne").click()
    expect(page.locator("#cart-badge .badge")).to_have_text("1")
    page.goto("/login")
    page.locator("#login-email").fill("dora@example.org")
    page.locator("#login-password").fill(PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Herzlich willkommen")
    expect(page.locator("#cart-badge .badge")).to_have_text("1")
    page.get_by_role("button", name="LOGOUT").click()
    expect(page.locator("main")).to_contain_text("ausgeloggt")

"""Kurssuche and list in a real browser: suggestions by keyboard, filters, focus, Back, phones."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import listen

pytestmark = pytest.mark.browser


def hold(route: Route) -> None:
    """Lets a request wait until the page's routes are taken away."""


def count(page: Page, text: str) -> None:
    expect(page.locator("#results strong")).to_have_text(text)


def test_suggestions_are_chosen_by_keyboard(page: Page) -> None:
    page.goto("/")
    field = page.get_by_role("combobox", name="Kurssuche")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("töpf")
    suggestions = page.get_by_role("listbox", name="Vorschläge")
    expect(suggestions).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    first = suggestions.get_by_role("option").first
    field.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "-")
    expect(field).to_be_focused()
    field.press("ArrowUp")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    field.press("ArrowUp")
    expect(suggestions.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    expect(suggestions).to_be_hidden()
    expect(field).to_have_value("töpf")
    field.press("ArrowDown")
    expect(suggestions).to_be_visible()
    course = suggestions.get_by_role("option", name="Töpfern an der Scheibe")
    while course.get_attribute("aria-selected") != "true":
        field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url("**/kurs/271-2100")


def test_enter_without_a_choice_searches_and_leaving_closes_the_suggestions(page: Page) -> None:
    page.goto("/")
    field = page.get_by_role("combobox", name="Kurssuche")
    field.press_sequentially("tabellen 7")
    suggestions = page.get_by_role("listbox", name="Vorschläge")
    expect(suggestions).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(suggestions).to_be_hidden()
    field.press("Enter")
    page.wait_for_url("**/kurse?q=tabellen+7")


def test_a_suggestion_can_be_clicked(page: Page) -> None:
    page.goto("/kontakt")
    page.get_by_role("combobox", name="Kurssuche").press_sequentially("sterne")
    page.get_by_role("option", name="Sterne über der Stadt").click()
    page.wait_for_url("**/kurs/271-2102")


def test_filters_change_list_counts_title_and_address_and_back_leads_back(page: Page) -> None:
    page.goto("/kurse")
    count(page, "29 Kurse")
    culture = page.locator("#filter-bereich-bereich-2")
    culture.focus()
    culture.press(" ")
    count(page, "3 Kurse")
    expect(page).to_have_url(re.compile(r"/kurse\?bereich=bereich-2$"))
    expect(page).to_have_title(re.compile("^Kultur.* – Programm"))
    expect(culture).to_be_focused()
    page.locator("#gruppe-entgelt > summary").click()
    free = page.locator("#filter-entgelt-kostenlos")
    expect(page.locator("#anzahl-entgelt-kostenlos")).to_have_text("1")
    free.check()
    count(page, "1 Kurs")
    expect(page).to_have_url(re.compile(r"\?bereich=bereich-2&entgelt=kostenlos$"))
    expect(page.locator("#anzahl-bereich-bereich-5")).to_have_text("0")
    page.go_back()
    count(page, "3 Kurse")
    expect(culture).to_be_checked()
    expect(free).not_to_be_checked()
    page.go_back()
    count(page, "29 Kurse")
    expect(culture).not_to_be_checked()
    page.go_forward()
    count(page, "3 Kurse")
    expect(culture).to_be_checked()


def test_going_back_again_before_the_page_has_loaded_shows_what_the_address_says(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context(service_workers="block").new_page()
    page.goto("/kurse")
    page.locator("#filter-bereich-bereich-2").check()
    count(page, "3 Kurse")
    page.locator("#filter-bereich-bereich-5").check()
    count(page, "29 Kurse")
    page.route(re.compile(r"/js/app\.js|/vendor/htmx"), hold)
    page.go_back(wait_until="commit")
    count(page, "3 Kurse")
    page.go_back(wait_until="commit")
    expect(page).to_have_url(re.compile("/kurse$"))
    page.unroute_all()
    expect(page.locator("#filter-bereich-bereich-2")).not_to_be_checked()
    count(page, "29 Kurse")


def test_what_was_opened_stays_open_and_options_come_back(page: Page) -> None:
    page.goto("/kurse?bereich=bereich-4&anzeige=alle")
    count(page, "1 Kurs")
    page.locator("#gruppe-monat > summary").click()
    months = page.locator("#optionen-monat input")
    expect(months).to_have_count(1)
    page.locator("#filter-bereich-bereich-4").uncheck()
    count(page, "30 Kurse")
    expect(page.locator("#gruppe-monat")).to_have_attribute("open", "")
    expect(months.first).to_be_visible()


def test_two_quick_choices_end_with_both(page: Page) -> None:
    page.goto("/kurse")
    page.evaluate(
        "for (const value of ['bereich-2', 'bereich-5'])"
        " document.getElementById(`filter-bereich-${value}`).click()"
    )
    count(page, "29 Kurse")
    expect(page).to_have_url(re.compile(r"\?bereich=bereich-2&bereich=bereich-5$"))


def test_the_list_works_without_javascript(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/kurse")
    page.locator("#filter-bereich-bereich-2").check()
    page.get_by_role("button", name="Kurse zeigen", exact=True).click()
    page.wait_for_url(re.compile(r"/kurse\?bereich=bereich-2$"))
    count(page, "3 Kurse")
    expect(page.get_by_role("searchbox", name="Kurssuche")).to_be_visible()
    page.get_by_role("link", name="Wochenplan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wochenplan")
    page.get_by_role("link", name="erweiterte Kurssuche").click()
    page.get_by_label("Suchwort oder Kursnummer").fill("sterne")
    page.get_by_role("button", name="Kurse zeigen").click()
    page.wait_for_url(re.compile(r"/kurse\?q=sterne$"))


def test_on_a_phone_the_filters_are_a_sheet_that_says_how_many_courses_it_shows(
    new_context: Callable[..., BrowserContext], complaints: list[str]
) -> None:
    page = new_context(viewport={"width": 390, "height": 800}, has_touch=True).new_page()
    listen(page, complaints)
    page.goto("/kurse")
    sheet = page.get_by_role("form", name="Filter")
    expect(sheet).to_be_hidden()
    page.get_by_role("button", name="Filtern").click()
    expect(sheet).to_be_visible()
    assert page.evaluate("document.activeElement.tagName") == "H2"
    page.locator("#filter-bereich-bereich-2").check()
    page.get_by_role("button", name="3 Kurse zeigen").click()
    expect(sheet).to_be_hidden()
    expect(page.get_by_role("button", name="Filtern · 1 aktiv")).to_be_focused()
    expect(page.get_by_role("heading", name="Sterne über der Stadt")).to_be_visible()
    assert complaints == []

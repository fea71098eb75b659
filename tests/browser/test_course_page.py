"""The course page in a browser: nothing refused, nothing foreign loaded, passed on and printed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import LiveServer

pytestmark = pytest.mark.browser
COURSE = "/kurs/271-2100"


def test_structured_data_is_data_to_the_policy(page: Page, live: LiveServer) -> None:
    """A violation would be a complaint (`page`) and a report to /csp-bericht."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(COURSE)
    page.wait_for_load_state("networkidle")
    data = page.locator('script[type="application/ld+json"]')
    assert '"@type": "Course"' in (data.text_content() or "")
    assert not any("/csp-bericht" in url for url in asked)
    assert {url for url in asked if not url.startswith(live.url)} == set()


def test_the_link_is_copied(new_context: Callable[..., BrowserContext], live: LiveServer) -> None:
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(COURSE)
    page.get_by_role("button", name="Link kopieren").click()
    expect(page.get_by_text("Der Link ist kopiert.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{live.url}{COURSE}"


def test_the_link_is_there_without_scripts(
    new_context: Callable[..., BrowserContext], live: LiveServer
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(COURSE)
    expect(page.get_by_label("Link zu diesem Kurs")).to_have_value(f"{live.url}{COURSE}")
    expect(page.get_by_role("link", name="Per E-Mail")).to_be_visible()
    for name in ("Link kopieren", "Drucken", "Teilen"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)


def test_paper_shows_the_course_and_nothing_to_press(page: Page) -> None:
    page.goto(COURSE)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.get_by_label("Link zu diesem Kurs")).to_be_hidden()
    expect(page.get_by_role("button", name="In den Warenkorb")).to_have_count(0)
    expect(page.get_by_role("heading", name="Ähnliche Kurse")).to_have_count(0)


def test_on_a_phone_what_one_does_stands_before_what_one_reads(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(COURSE)
    button = page.get_by_role("button", name="In den Warenkorb").bounding_box()
    table = page.get_by_role("table").bounding_box()
    assert button is not None
    assert table is not None
    assert button["y"] < table["y"]
    assert button["y"] < 844

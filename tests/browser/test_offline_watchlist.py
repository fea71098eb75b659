"""The Merkliste can be read without a network, and leaves nothing to the next person (U40, L36)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PATIENCE, LiveServer, log_in, make_person, serve
from tests.browser.test_pwa import ACTIVE, kept_addresses

pytestmark = pytest.mark.browser

EMAIL = "frieda@example.org"
COPY = "/merkliste/kopie"
UNTIL = f"""async (kept) => {{
  while (Boolean(await caches.match("{COPY}")) !== kept) await new Promise(requestAnimationFrame);
}}"""


@dataclass
class Reader:
    """A person in a browser, and the way to the network."""

    context: BrowserContext
    page: Page

    def note(self, slug: str = "271-2102") -> None:
        self.page.goto(f"/kurs/{slug}")
        self.page.get_by_role("button", name="Auf die Merkliste").click()
        expect(self.page.locator("#watchlist-badge .badge")).to_be_visible()

    def visit(self) -> None:
        """Open the Merkliste; its copy is kept."""
        self.page.goto("/merkliste")
        self.page.evaluate(UNTIL, True)


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    with serve(tmp_path) as server:
        make_person(server, EMAIL)
        context = browser.new_context(locale="de-DE", base_url=server.url)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto("/")
        page.evaluate(ACTIVE)
        yield Reader(context, page)
        context.close()


def without_network(reader: Reader, address: str) -> None:
    reader.context.set_offline(offline=True)
    reader.page.goto(address)


def test_a_visitor_reads_the_noted_courses_offline(reader: Reader) -> None:
    reader.note()
    reader.visit()
    without_network(reader, "/merkliste")
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Merkliste")
    expect(reader.page.locator("main")).to_contain_text("Sterne über der Stadt")
    expect(reader.page.locator("main")).to_contain_text("Sie sind offline.")
    reader.page.goto("/kurse")
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Sie sind offline")


def test_a_customer_reads_it_until_the_logout(reader: Reader) -> None:
    page = reader.page
    log_in(page, EMAIL)
    reader.note()
    reader.visit()
    without_network(reader, "/konto/merkliste")
    expect(page.locator("main")).to_contain_text("Sterne über der Stadt")
    expect(page.locator("body")).not_to_contain_text("Andrea")
    reader.context.set_offline(offline=False)
    page.goto("/konto")
    page.get_by_role("button", name="LOGOUT").click()
    page.wait_for_url("**/logout")
    assert COPY not in kept_addresses(page)
    page.goto("/")
    page.evaluate(ACTIVE)
    without_network(reader, "/konto/merkliste")
    expect(page.locator("body")).not_to_contain_text("Sterne über der Stadt")


def test_another_login_and_a_lost_one_throw_the_copy_away(reader: Reader) -> None:
    page = reader.page
    log_in(page, EMAIL)
    reader.note()
    reader.visit()
    reader.context.clear_cookies()  # the login is over, and nobody pressed LOGOUT
    page.goto("/kurse")
    page.evaluate(UNTIL, False)
    reader.note("271-2100")
    reader.visit()
    log_in(page, EMAIL)  # what the visitor noted comes along, the copy does not
    page.evaluate(UNTIL, False)


def test_an_old_copy_is_not_shown(reader: Reader) -> None:
    reader.note()
    reader.visit()
    reader.page.evaluate(
        f"""async () => {{
          const cache = await caches.open("kmz-merkliste");
          const copy = await cache.match("{COPY}");
          const headers = new Headers(copy.headers);
          headers.set("X-Copy-Until", String(Date.now() - 1));
          await cache.put("{COPY}", new Response(await copy.text(), {{ headers }}));
        }}"""
    )
    without_network(reader, "/merkliste")
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Sie sind offline")
    assert COPY not in kept_addresses(reader.page)


def test_the_link_is_copied_by_a_button(page: Page, live: LiveServer) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/kurs/271-2102")
    page.get_by_role("button", name="Auf die Merkliste").click()
    expect(page.locator("#watchlist-badge .badge")).to_have_text("1")
    page.goto("/merkliste")
    page.get_by_role("button", name="Link kopieren").click()
    expect(page.get_by_role("status").filter(has_text="kopiert")).to_be_visible()
    link = page.get_by_label("Link zum Weitergeben").input_value()
    assert link.startswith(f"{live.url}/merkliste/geteilt?kurse=")
    assert page.evaluate("navigator.clipboard.readText()") == link

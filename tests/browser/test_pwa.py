"""The installable app: a manifest, a worker that keeps static files and one offline page only."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LiveServer, log_in, make_person, serve

pytestmark = pytest.mark.browser

ACTIVE = "navigator.serviceWorker.ready.then((found) => found.active.scriptURL)"
KEPT = """Promise.all((await caches.keys()).map(async (name) =>
  (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname)))"""


def kept_addresses(page: Page) -> list[str]:
    """What the worker's caches hold."""
    lists: list[list[str]] = page.evaluate(f"async () => {KEPT}")
    return [address for found in lists for address in found]


def test_the_manifest_names_icons_that_exist(page: Page) -> None:
    page.goto("/")
    address = page.locator("link[rel=manifest]").get_attribute("href")
    assert address is not None
    answer = page.request.get(address)
    manifest = answer.json()
    assert answer.headers["content-type"].startswith("application/manifest+json")
    assert manifest["display"] == "standalone"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert any(icon.get("purpose") == "maskable" for icon in manifest["icons"])
    for icon in manifest["icons"]:
        found = page.request.get(icon["src"])
        assert found.ok
        assert found.headers["content-type"] == icon["type"]
    for shortcut in manifest["shortcuts"]:
        assert page.request.get(shortcut["url"]).ok


def test_chromium_would_install_it(page: Page) -> None:
    page.goto("/")
    assert page.evaluate(ACTIVE).endswith("/service-worker.js")
    errors = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")
    said = {error["errorId"] for error in errors["installabilityErrors"]}
    assert said <= {"in-incognito"}


def test_the_worker_keeps_no_page_but_the_offline_page(page: Page, live: LiveServer) -> None:
    make_person(live, "emil@example.org")
    page.goto("/")
    page.evaluate(ACTIVE)
    log_in(page, "emil@example.org")
    for address in ("/konto", "/konto/profil", "/kurse", "/kurs/271-2100", "/warenkorb"):
        page.goto(address)
    kept = kept_addresses(page)
    assert "/offline" in kept
    assert [address for address in kept if not address.startswith(("/static/", "/offline"))] == []


def test_without_a_network_the_offline_page_answers(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(locale="de-DE")
    page = context.new_page()
    with serve(tmp_path) as server:
        make_person(server, "frieda@example.org")
        page.goto(f"{server.url}/")
        page.evaluate(ACTIVE)
        page.goto(f"{server.url}/kurse")
    for address in ("/kurse", "/konto", "/kurs/271-2100"):
        page.goto(f"{server.url}{address}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sie sind offline")
        expect(page.locator("body")).not_to_contain_text("Töpfern")
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).padding") != "0px"
    context.close()

"""A real browser in front of a real server with a small, believable programme."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from kmz import create_app
from kmz.catalog.actions.version import mark_changed
from kmz.catalog.models import Course
from kmz.catalog.search import catalog_search
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from kmz.migrating import migrate
from tests.browser.axe import violations
from tests.conftest import make_config
from tests.factories import (
    IBAN,
    PASSWORD,
    STAFF_PASSWORD,
    make_bank_account,
    make_course,
    make_customer,
    make_request,
    make_staff,
)
from tests.steps import next_code
from tests.tools.chromium import ARGUMENTS, find_chromium

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OFFICE = "buero@example.org"
LONG_TITLE = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@dataclass(frozen=True)
class LiveServer:
    """A portal on this machine."""

    app: Flask
    url: str


def whole_answers(app: "WSGIApplication") -> "WSGIApplication":
    """The app with every answer read to its end first.

    This test server forgets to close a static file when the browser hangs up in the middle.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        with ExitStack() as stack:
            parts = app(environ, start_response)
            if hasattr(parts, "close"):
                stack.callback(parts.close)
            return [b"".join(parts)]

    return answer


@contextmanager
def serve(folder: Path, *, host: str = "127.0.0.1") -> Iterator[LiveServer]:
    """A portal with a programme on a free port, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    url = f"http://{host}:{port}"
    settings = {"KMZ_PUBLIC_URL": url, "KMZ_CREDITOR_IBAN": IBAN}
    app = create_app(make_config(f"sqlite:///{folder}/kmz.db", folder, **settings))
    migrate(app)
    with app.app_context():
        fill()
    server = make_server("127.0.0.1", port, whole_answers(app), threaded=True, fd=listener.fileno())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield LiveServer(app, url)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        listener.close()
        with app.app_context():
            db.engine.dispose()


def fill() -> None:
    """Thirty courses in three areas, and the office."""
    make_course(number="271-2100", title="Töpfern an der Scheibe", area_code="2")
    make_course(number="271-2101", title=LONG_TITLE, area_code="2", max_participants=2)
    make_course(number="271-2102", title="Sterne über der Stadt", area_code="2", fee_cents=0)
    make_course(number="271-4100", title="Voll", area_code="4", external_participants=10)
    for number in range(26):
        make_course(number=f"271-5{number:03}", title=f"Tabellen {number}", area_code="5")
    make_staff(email=OFFICE)
    catalog_search().refresh()
    db.session.remove()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these in one process: one Chromium, one portal, and only one that installs it."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


# Milliseconds for a page or a change of it: a machine that tests in parallel has slow moments.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One portal for all tests that leave no traces others would trip over."""
    with serve(tmp_path_factory.mktemp("live")) as server:
        yield server


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": str(find_chromium()), "args": list(ARGUMENTS)}


@pytest.fixture
def new_context(browser: Browser, live: LiveServer) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser windows that share nothing; options as for Playwright's new_context."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"base_url": live.url, "locale": "de-DE", **options})
        context.set_default_timeout(PATIENCE)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def publish(live: LiveServer) -> Iterator[Callable[..., int]]:
    """Publishes a course, by its fields, and gives its id; other tests count the courses of this
    server, so all of these are taken offline again.
    """
    made: list[int] = []

    def make(**fields: Any) -> int:
        with live.app.app_context():
            made.append(make_course(**fields).id)
            catalog_search().refresh()
            db.session.remove()
        return made[-1]

    yield make
    with live.app.app_context():
        with transaction() as session:
            for course_id in made:
                session.get_one(Course, course_id).published_at = None
            mark_changed(session, made)
        catalog_search().refresh()
        db.session.remove()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about: errors of scripts, refused content."""
    return []


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], complaints: list[str]) -> Iterator[Page]:
    """A page whose scripts run without errors and break no policy."""
    page = new_context().new_page()
    listen(page, complaints)
    yield page
    assert complaints == []


@dataclass(frozen=True)
class Walker:
    """Somebody on the way through the portal, with JavaScript or without."""

    page: Page
    has_scripts: bool

    @property
    def name(self) -> str:
        return "mit" if self.has_scripts else "ohne"

    @property
    def digit(self) -> int:
        """Keeps apart what both ways make."""
        return int(self.has_scripts)

    def check(self) -> None:
        """Axe finds nothing to complain about on this page; it needs scripts itself."""
        if self.has_scripts:
            assert violations(self.page) == []


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def walker(
    request: pytest.FixtureRequest,
    new_context: Callable[..., BrowserContext],
    complaints: list[str],
) -> Iterator[Walker]:
    """The same way with and without JavaScript; at the end nothing was complained about."""
    page = new_context(java_script_enabled=request.param).new_page()
    listen(page, complaints)
    yield Walker(page, request.param)
    assert complaints == []


def listen(page: Page, complaints: list[str]) -> None:
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if _is_ours(said) else None)


def _is_ours(said: Any) -> bool:
    """Chromium also reports every answer of 400 and above as an error; tests see those anyway."""
    return said.type == "error" and "Failed to load resource" not in said.text


def make_person(live: LiveServer, email: str, *, bookings: int = 0) -> None:
    """A customer who may book, and has done so."""
    with live.app.app_context():
        customer = make_customer(email=email)
        make_bank_account(customer)
        for number in range(bookings):
            make_request(customer, make_course(title=f"Gebucht {number}"))
        catalog_search().refresh()
        db.session.remove()


def log_in(page: Page, email: str) -> None:
    page.goto("/login")
    mail_login = page.locator("form", has=page.get_by_label("Ihre E-Mail-Adresse"))
    mail_login.get_by_label("Ihre E-Mail-Adresse").fill(email)
    mail_login.get_by_label("Passwort", exact=True).fill(PASSWORD)
    mail_login.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url("**/konto")


def log_in_staff(page: Page, live: LiveServer, email: str = OFFICE) -> None:
    page.goto("/verwaltung/login")
    page.get_by_label("Ihre E-Mail-Adresse").fill(email)
    page.get_by_label("Passwort", exact=True).fill(STAFF_PASSWORD)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    with live.app.app_context():
        code = next_code(email)
        db.session.remove()
    page.get_by_label("Code aus Ihrer App").fill(code)
    page.get_by_role("button", name="Bestätigen").click()
    page.wait_for_url("**/verwaltung")


def mail_text(live: LiveServer, email: str, kind: str | None = None) -> str:
    """The newest mail to somebody, of this kind."""
    query = select(OutgoingMail.text).where(OutgoingMail.recipient == email)
    if kind is not None:
        query = query.where(OutgoingMail.kind == kind)
    with live.app.app_context():
        text = db.session.scalars(query.order_by(OutgoingMail.id.desc())).first()
        db.session.remove()
    return text or ""


def mailed_path(live: LiveServer, email: str, start: str) -> str:
    """The link in the newest mail to somebody that begins so."""
    found = re.search(rf"{start}\S*", mail_text(live, email))
    assert found is not None
    return found[0]


def main_of(page: Page) -> Locator:
    return page.locator("main")


def icon(page: Page) -> Locator:
    """The symbol for the Kunden-Login, top right on every page (U11)."""
    return page.get_by_role("banner").get_by_role(
        "link", name=re.compile("Kunden-Login|angemeldet als")
    )

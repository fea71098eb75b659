"""The morning on which a course opens: the real server, and the people in front of it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import delete

from kmz.accounts.actions.devices import Visit
from kmz.accounts.actions.login import open_login
from kmz.catalog.models import Course
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.factories import make_bank_account, make_customer
from tests.page import Browser, Page
from tests.test_config import SAFE
from tests.tools.program import Program, free_port
from tests.tools.proxy import Proxy

CLIENTS = 8
BOOKED, WAITING = "booked", "waiting"
DIRECT, LAST_CLICK, ON_THE_LIST = (
    "Direktbuchung",
    "Zahlungspflichtig buchen",
    "Auf die Warteliste setzen",
)


def production(database_url: str, folder: Path, **settings: str) -> dict[str, str]:
    """Settings of a server with two processes; also on SQLite, against the advice of
    `kmz check`.
    """
    return {
        **SAFE,
        "KMZ_DATABASE_URL": database_url,
        "KMZ_INSTANCE": str(folder),
        "KMZ_PORT": str(free_port()),
        "KMZ_WORKERS": "2",
        **settings,
    }


class Morning:
    """A course, its server, the proxy in front, and people who are logged in."""

    def __init__(self, settings: dict[str, str], log: Path, course: Course, people: int) -> None:
        self.slug, self.course_id = course.slug, course.id
        host = settings["KMZ_PUBLIC_URL"].partition("://")[2]
        self.proxy = Proxy(int(settings["KMZ_PORT"]), host)
        self._settings, self._log = settings, log
        with transaction() as session:  # all at once: 600 commits take seconds
            self.browsers = [self._arrive(number) for number in range(people)]
            session.execute(delete(OutgoingMail))  # what they were told of their bank accounts
        self.program = self._start()

    def _arrive(self, number: int) -> Browser:
        """Somebody at an address of their own, whose login is open already: passwords take time."""
        customer = make_customer(first_name=f"Andrea{number}")
        db.session.flush()
        make_bank_account(customer)
        address = f"10.0.{number // 250}.{number % 250 + 1}"
        browser = self.proxy.browser_at(address)
        token = open_login(customer, via="password", visit=Visit(address)).login
        browser.client.set_cookie("__Host-kmz_login", token)
        return browser

    def _start(self) -> Program:
        program = Program("serve", settings=self._settings, log=self._log)
        program.wait_until_it_answers()
        return program

    def kill(self) -> None:
        """kill -9 of all its processes, and a new start; people go on pressing meanwhile."""
        self.proxy.server_goes()
        self.program.kill()
        self.program = self._start()
        self.proxy.server_is_back()

    def stop(self) -> None:
        """SIGTERM, as at a new version: it ends well, and a new one starts."""
        self.proxy.server_goes()
        assert self.program.stop() == 0
        self.program = self._start()
        self.proxy.server_is_back()

    def come(self, act: Callable[[Browser], str], browsers: list[Browser]) -> list[Future[str]]:
        """Let eight at once do this; what became of each."""
        db.session.rollback()  # the test holds nothing open
        pool = ThreadPoolExecutor(CLIENTS)
        outcomes = [pool.submit(act, browser) for browser in browsers]
        pool.shutdown(wait=False)
        return outcomes

    def start(self, browser: Browser) -> Page:
        """The course's page where it says that the course is full, else what comes after it."""
        page = browser.open(f"/kurs/{self.slug}")
        return browser.submit(DIRECT) if has_button(page, DIRECT) else page

    def fill_in(self, browser: Browser) -> Page:
        """From the course's page to the summary, or to the page that says why not."""
        page = self.start(browser)
        return go_on(browser) if page.path.endswith("/formular") else page

    def book_or_wait(self, browser: Browser) -> str:
        """Books, or is told that the course is full and joins the Warteliste that is offered."""
        page = self.fill_in(browser)
        if has_button(page, LAST_CLICK):
            page = browser.submit(LAST_CLICK, terms_accepted="y")
        if page.path.endswith("/danke"):
            return BOOKED
        browser.click(ON_THE_LIST)
        page = browser.submit(ON_THE_LIST)
        # Pressed again after a kill, when the first click had been heard.
        assert page.path == "/konto/warteliste" or "schon auf der Warteliste" in page.text
        return WAITING


def go_on(browser: Browser) -> Page:
    """Sends the Anmeldeformular; the summary."""
    return browser.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y")


def has_button(page: Page, text: str) -> bool:
    try:
        page.form(button=text)
    except LookupError:
        return False
    return True

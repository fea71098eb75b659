"""A portal whose mails go through a real mail server, and the steps that journeys share."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from kmz.catalog.models import Course
from kmz.catalog.search import catalog_search
from kmz.mail.worker import run_once
from tests.page import Browser
from tests.tools.smtp import Mail, Mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


@pytest.fixture
def settings(mailbox: Mailbox) -> dict[str, str]:
    """The outbox is emptied into the mailbox."""
    return {
        "KMZ_MAIL_SERVER": mailbox.host,
        "KMZ_MAIL_PORT": str(mailbox.port),
        "KMZ_MAIL_SECURITY": "none",
    }


class Post:
    """The post of a journey: lets the worker send, then reads what arrived."""

    def __init__(self, app: Flask, mailbox: Mailbox) -> None:
        self._app, self._mailbox = app, mailbox

    def new_mails(self) -> list[Mail]:
        """What has arrived since the last question, oldest first."""
        self._mailbox.clear()
        run_once(self._app)
        return self._mailbox.messages

    def new_mail(self) -> Mail:
        """The only mail that has arrived since the last question."""
        (mail,) = self.new_mails()
        return mail


@pytest.fixture
def post(app: Flask, mailbox: Mailbox) -> Post:
    return Post(app, mailbox)


@pytest.fixture
def office(app: Flask) -> Browser:
    """A second browser, in the office."""
    return Browser(app.test_client())


def refresh_search() -> None:
    """Let the search know the courses that were just made."""
    catalog_search().refresh()


def day_of(course: Course) -> date:
    """The first day of a course that has one."""
    assert course.starts_on is not None
    return course.starts_on


def path_in(mail: Mail, start: str) -> str:
    """The address of the portal in a mail that begins like this."""
    found = re.search(rf"http://localhost({re.escape(start)}\S*)", mail.text)
    assert found is not None, mail.text
    return found[1]

"""Ending by one click: from the page, from a mail program, from an old mail, after a new key."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kmz import create_app
from kmz.alerts.end_links import end_token, read_end_token
from kmz.alerts.models import SavedSearch, SeatAlert
from kmz.audit.models import AuditEntry
from kmz.db import db
from tests.alerts.steps import (
    confirm,
    link_in,
    look_for_news,
    mails,
    make_full_course,
    make_search,
    make_seat_alert,
    order_as_guest,
    rows,
)
from tests.conftest import SECRETS, make_config
from tests.factories import make_course, make_customer
from tests.page import Browser

END = "/benachrichtigung/ende/"


@pytest.fixture
def end_link(app: Flask) -> str:
    """The address that ends a customer's Suchabo."""
    assert app
    return END + end_token(make_search(make_customer()).end_key)


def test_opening_the_link_ends_nothing_and_names_nobody(browser_: Browser, end_link: str) -> None:
    (search,) = rows(SavedSearch)
    page = browser_.open(end_link)
    assert page.headings == ["Benachrichtigung beenden"]
    assert search.name in page.text
    assert "@" not in page.text.replace("support@example.org", "")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    browser_.client.head(end_link)
    assert len(rows(SavedSearch)) == 1


def test_the_button_ends_it_and_a_second_click_changes_nothing(
    browser_: Browser, end_link: str
) -> None:
    browser_.open(end_link)
    assert browser_.submit("Benachrichtigung beenden").headings == ["Benachrichtigung beendet"]
    assert rows(SavedSearch) == []
    assert browser_.open(end_link).headings == ["Benachrichtigung beendet"]
    actions = [(entry.actor, entry.action) for entry in rows(AuditEntry)]
    assert actions[-1] == ("visitor", "saved_search.ended")


def test_a_mail_program_ends_it_by_one_post(client: FlaskClient, end_link: str) -> None:
    """RFC 8058: no cookie, no token of a page, and no redirect to follow."""
    for _ in range(2):
        answer = client.post(end_link, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.data) == (200, b"")
    assert rows(SavedSearch) == []


@pytest.mark.parametrize("token", ["x", "a.b", "ImEi.AAAA", "null", "1"])
def test_a_forged_link_ends_nothing(client: FlaskClient, end_link: str, token: str) -> None:
    assert end_link
    for forged in (token, end_link.removeprefix(END)[:-2]):
        assert client.get(END + forged).status_code == 410
        assert client.post(END + forged).status_code == 410
    assert len(rows(SavedSearch)) == 1


def test_a_token_of_another_purpose_ends_nothing(app: Flask, browser_: Browser) -> None:
    """ASVS 9.2.2: the link that confirms is no link that ends, and the other way round."""
    order_as_guest(browser_)
    (mail,) = mails("M25")
    confirming = link_in(mail, "/benachrichtigung/bestaetigung/").rpartition("/")[2]
    ending = link_in(mail, END).rpartition("/")[2]
    assert browser_.open(END + confirming).status == 410
    assert browser_.open("/benachrichtigung/bestaetigung/" + ending).status == 410
    assert app


def test_old_links_outlive_a_new_secret_key(app: Flask, end_link: str) -> None:
    old = SECRETS["KMZ_SECRET_KEY"]
    settings = {"KMZ_SECRET_KEY": "neu-0123456789-abcdefghij-klmnopqrstu"}
    config = app.config["KMZ"]
    token = end_link.removeprefix(END)
    renewed = create_app(
        make_config(config.database_url, config.instance, **settings, KMZ_SECRET_KEY_FALLBACKS=old)
    )
    forgotten = create_app(make_config(config.database_url, config.instance, **settings))
    with renewed.app_context():
        assert read_end_token(token) == rows(SavedSearch)[0].end_key
        assert read_end_token(end_token("neu")) == "neu"
        db.session.remove()
        db.engine.dispose()
    with forgotten.app_context():
        assert read_end_token(token) is None
        db.engine.dispose()


@pytest.mark.usefixtures("noon")
def test_the_link_of_the_oldest_mail_ends_what_was_ordered_again(browser_: Browser) -> None:
    """A guest who asks for the same again has one alert, and every mail about it ends it."""
    order_as_guest(browser_)
    confirm(browser_)
    order_as_guest(browser_)
    make_course(title="Italienisch")
    look_for_news()
    links = {link_in(mail, END) for mail in (*mails("M25"), *mails("M26"))}
    assert len(links) == 1
    browser_.open(links.pop())
    browser_.submit("Benachrichtigung beenden")
    assert rows(SavedSearch) == []


def test_what_was_never_wanted_is_gone_by_the_same_link(browser_: Browser) -> None:
    order_as_guest(browser_)
    browser_.open(link_in(mails("M25")[0], END))
    browser_.submit("Benachrichtigung beenden")
    assert rows(SavedSearch) == []


def test_waiting_for_a_seat_ends_the_same_way(browser_: Browser) -> None:
    course = make_full_course(title="Töpfern")
    alert = make_seat_alert(make_customer(), course)
    page = browser_.open(END + end_token(alert.end_key))
    assert course.display_line in page.text
    browser_.submit("Benachrichtigung beenden")
    assert rows(SeatAlert) == []

"""What members of staff do with their own access (ASVS 7.5)."""

import pytest
from flask import Flask

from kmz.clock import moved_by
from kmz.web.access import staff_only_fresh
from tests.factories import STAFF_PASSWORD, make_staff
from tests.page import Browser
from tests.steps import log_in_staff

OFFICE = "buero@example.org"


@pytest.fixture
def office(app: Flask, browser_: Browser) -> Browser:
    """A browser in which the office is logged in, in a portal with one page of great effect."""

    @staff_only_fresh("office")
    def show_great_effect() -> str:
        return "<h1>Große Wirkung</h1>"

    app.add_url_rule("/verwaltung/wirkung", view_func=show_great_effect)
    make_staff(email=OFFICE)
    log_in_staff(browser_, OFFICE)
    return browser_


def test_a_page_of_great_effect_asks_for_an_old_password_again(office: Browser) -> None:
    assert office.open("/verwaltung/wirkung").headings == ["Große Wirkung"]
    cookie = office.client.get_cookie("kmz_staff")
    with moved_by(minutes=10):
        office.open("/verwaltung")
    with moved_by(minutes=16):
        assert office.open("/verwaltung/wirkung").headings == ["Passwort bestätigen"]
        assert "stimmt nicht" in office.submit("Bestätigen", password="falsch").text
        page = office.submit("Bestätigen", password=STAFF_PASSWORD)
        assert (page.path, page.headings) == ("/verwaltung/wirkung", ["Große Wirkung"])
        assert office.client.get_cookie("kmz_staff") != cookie


def test_the_way_back_from_the_password_check_is_an_own_page(office: Browser) -> None:
    office.open("/verwaltung/bestaetigung?weiter=//boese.example")
    assert office.submit("Bestätigen", password=STAFF_PASSWORD).path == "/verwaltung"


def test_guessing_the_password_inside_a_login_is_slowed(office: Browser) -> None:
    """LOG-18: after five wrong guesses the right one waits too."""
    office.open("/verwaltung/bestaetigung")
    for _ in range(5):
        office.submit("Bestätigen", password="falsch")
    assert office.submit("Bestätigen", password=STAFF_PASSWORD).status == 429
    with moved_by(seconds=3):
        office.open("/verwaltung/bestaetigung")
        assert office.submit("Bestätigen", password=STAFF_PASSWORD).path == "/verwaltung"

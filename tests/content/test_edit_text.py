"""The office replaces a text: a new version, sanitised, with the old ones kept."""

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.accounts.models import StaffUser
from kmz.audit.models import AuditEntry
from kmz.content.actions import publish_text
from kmz.content.queries import current_text, get_version, terms_version, versions_of
from kmz.db import db
from kmz.errors import NotFoundError, RefusedError
from tests.factories import PASSWORD, make_customer, make_staff
from tests.page import Browser
from tests.steps import log_in_staff

TEXT = "<h2>Öffnungszeiten</h2><p>Das $house hat geöffnet.</p>"


@pytest.fixture
def staff(app: Flask) -> StaffUser:
    return make_staff(email="buero@example.org")


def test_a_published_text_is_shown_and_the_old_one_kept(staff: StaffUser) -> None:
    shipped = current_text("house")
    text = publish_text("house", "Unser $house", TEXT, by=staff)
    assert (text.number, text.title, text.body_html) == (2, "Unser $house", TEXT)
    assert text.changed_by == staff.name
    assert current_text("house") == text
    assert get_version("house", 1) == shipped
    assert [version.number for version in versions_of("house")] == [2, 1]


def test_publishing_leaves_a_trace(staff: StaffUser) -> None:
    publish_text("terms", "AGB", TEXT, by=staff)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor) == ("text.published", staff.actor_name)
    assert entry.details == {"page": "terms", "number": 2}


def test_a_booking_keeps_the_version_of_the_terms_that_stood_then(staff: StaffUser) -> None:
    publish_text("terms", "AGB", TEXT, by=staff)
    assert terms_version() == "agb-2"


def test_the_same_text_again_makes_no_version(staff: StaffUser) -> None:
    first = publish_text("house", "Haus", TEXT, by=staff)
    assert publish_text("house", "Haus", f"  {TEXT}\n", by=staff) == first
    assert len(versions_of("house")) == 2


def test_hostile_html_is_cleaned_before_it_is_stored(staff: StaffUser) -> None:
    hostile = (
        '<p onclick="x()" style="color:red" hx-get="/logout">Gut</p><script>alert(1)</script>'
        '<a href="javascript:alert(1)">x</a><img src=x onerror=alert(1)><iframe src="//y"></iframe>'
        '<form action="/logout" method="post"><button>los</button></form>'
        '<svg><a href="x">z</a></svg>'
    )
    body = publish_text("house", "Haus", hostile, by=staff).body_html
    assert "<p>Gut</p>" in body
    for word in ("onclick", "style", "hx-", "script", "img", "iframe", "<form", "<button", "svg"):
        assert word not in body


@pytest.mark.parametrize("nothing", ["<script>x</script>", "<img src=x>", " \n "])
def test_a_text_of_which_nothing_is_left_is_refused(staff: StaffUser, nothing: str) -> None:
    with pytest.raises(RefusedError, match=r"text\.empty"):
        publish_text("house", "Haus", nothing, by=staff)


def test_the_second_of_two_editors_is_told(staff: StaffUser) -> None:
    publish_text("house", "Haus", TEXT, by=staff, based_on=1)
    with pytest.raises(RefusedError, match=r"text\.changed"):
        publish_text("house", "Haus", "<p>anders</p>", by=staff, based_on=1)
    assert current_text("house").body_html == TEXT


def test_a_page_that_does_not_exist_cannot_be_written(staff: StaffUser) -> None:
    with pytest.raises(NotFoundError):
        publish_text("start", "Start", TEXT, by=staff)


@pytest.mark.usefixtures("staff")
def test_staff_edit_preview_and_publish(browser_: Browser) -> None:
    log_in_staff(browser_, "buero@example.org")
    browser_.open("/verwaltung/texte")
    assert browser_.page.headings == ["Texte"]
    browser_.click("ZIB")
    page = browser_.submit("Vorschau", title="Unser $house", body_html=TEXT + "<script>x</script>")
    assert page.status == 200
    assert "Das ZIB hat geöffnet." in page.text
    assert browser_.open("/haus").headings == ["ZIB"]

    browser_.open("/verwaltung/texte/house")
    page = browser_.submit("Veröffentlichen", title="Unser $house", body_html=TEXT)
    assert "„Unser ZIB“ ist in Fassung 2 veröffentlicht." in page.text
    assert browser_.open("/haus").headings == ["Unser ZIB"]
    assert "Das ZIB hat geöffnet." in browser_.page.text


@pytest.mark.usefixtures("staff")
def test_an_older_version_can_be_taken_up_again(browser_: Browser) -> None:
    log_in_staff(browser_, "buero@example.org")
    browser_.open("/verwaltung/texte/house")
    browser_.submit("Veröffentlichen", title="Neu", body_html=TEXT)
    browser_.open("/verwaltung/texte/house")
    browser_.click("Fassung 1")
    browser_.submit("Veröffentlichen")
    assert browser_.open("/haus").headings == ["ZIB"]
    assert [version.number for version in versions_of("house")] == [3, 2, 1]


@pytest.mark.usefixtures("staff")
def test_a_refused_text_comes_back_with_all_that_was_typed(browser_: Browser) -> None:
    log_in_staff(browser_, "buero@example.org")
    browser_.open("/verwaltung/texte/house")
    page = browser_.submit("Veröffentlichen", title="", body_html="<p>Mühe</p>")
    assert page.status == 422
    assert "Bitte füllen Sie das Feld „Überschrift“ aus." in page.text
    assert "<p>Mühe</p>" in dict(page.form(button="Vorschau").fields)["body_html"]
    assert page.title.startswith("Fehler: ")


@pytest.mark.usefixtures("staff")
def test_a_missing_page_or_version_is_not_found(browser_: Browser) -> None:
    log_in_staff(browser_, "buero@example.org")
    assert browser_.open("/verwaltung/texte/start").status == 404
    assert browser_.open("/verwaltung/texte/house?fassung=9").status == 404
    assert browser_.open("/verwaltung/texte/house?fassung=99999999999999999999").status == 404


def test_only_the_right_staff_may_open_the_pages(browser_: Browser) -> None:
    make_staff(email="kasse@example.org", role="finance")
    log_in_staff(browser_, "kasse@example.org")
    assert browser_.open("/verwaltung/texte").status == 403


def test_a_customer_cannot_open_the_pages(browser_: Browser) -> None:
    make_customer(email="kundin@example.org")
    browser_.open("/login")
    browser_.submit("Anmelden", login_email="kundin@example.org", login_password=PASSWORD)
    page = browser_.open("/verwaltung/texte/house")
    assert page.path == "/verwaltung/login"
    answer = browser_.client.post("/verwaltung/texte/house", data={"title": "x", "body_html": "y"})
    assert answer.status_code in {303, 400}
    assert current_text("house").number == 1

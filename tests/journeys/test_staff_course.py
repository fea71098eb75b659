"""The office makes a course by hand, publishes it, changes it and cancels it."""

from datetime import timedelta

from kmz import clock
from kmz.catalog.models import Course
from kmz.dates import format_day
from kmz.db import db
from tests.factories import area, make_bank_account, make_customer, make_request, make_staff
from tests.journeys.conftest import Post, refresh_search
from tests.page import Browser, Page
from tests.steps import log_in_staff


def courses_found(browser: Browser, words: str) -> list[str]:
    browser.open("/")
    page = browser.submit("Suchen", q=words)
    return [address for _, address in page.links if address.startswith("/kurs/")]


def create_course(office: Browser) -> Page:
    first = clock.today() + timedelta(days=40)
    office.open("/verwaltung/kurse")
    office.click("Neuer Kurs")
    office.submit(
        "Reihe einfügen",
        number="271-7001",
        title="Korbflechten",
        description="<p>Mit <b>Weide</b>.</p><script>alert(1)</script>",
        program_area=str(area("2").id),
        instructors="Beate Beispiel; Mia Muster",
        new_venue="Werkhof",
        new_room="Raum 3",
        min_participants="4",
        max_participants="8",
        fee="84,70",
        reduced_fee="40",
        closes=format_day(first - timedelta(days=7)),
        sessions_0_day=format_day(first),
        sessions_0_starts="18.30",
        sessions_0_ends="20:00",
        series_count="3",
    )
    return office.submit("Speichern")


def test_a_course_by_hand_is_published_found_changed_and_cancelled(
    browser_: Browser, office: Browser, post: Post
) -> None:
    make_staff(email="buero@example.org")
    area("2")
    log_in_staff(office, "buero@example.org")
    saved = create_course(office)
    assert saved.headings == ["Korbflechten"]
    assert "Entwurf" in saved.text
    assert browser_.open("/kurs/271-7001").status == 404

    office.submit("Veröffentlichen")
    refresh_search()
    assert courses_found(browser_, "korbflechten") == ["/kurs/271-7001"]
    shown = browser_.open("/kurs/271-7001")
    for text in ("84,70\N{NO-BREAK SPACE}€", "Werkhof, Raum 3", "3 Termine", "18:30–20:00 Uhr"):
        assert text in shown.html
    assert {"Beate Beispiel", "Mia Muster"} <= {label for label, _ in shown.links}
    assert "<b>Weide</b>" in shown.html
    assert "alert(1)" not in shown.html

    office.submit("Speichern", title="Körbe aus Weide", max_participants="2", min_participants="1")
    refresh_search()
    assert courses_found(browser_, "Weide") == ["/kurs/271-7001"]
    assert browser_.open("/kurs/271-7001").headings == ["Körbe aus Weide"]

    cancel_with_two_bookings(office, browser_, post)


def cancel_with_two_bookings(office: Browser, browser: Browser, post: Post) -> None:
    course = db.session.query(Course).one()
    for email in ("andrea@example.org", "boris@example.org"):
        customer = make_customer(email=email)
        make_bank_account(customer)
        make_request(customer, course)
    post.new_mails()
    assert "Ausgebucht" in browser.open("/kurs/271-7001").text

    office.click("Kurs absagen")
    assert "2 Personen sind angemeldet" in office.page.text
    assert office.submit("Kurs absagen").status == 422
    office.submit("Kurs absagen", reason="Die Kursleitung ist erkrankt")
    assert "2 Personen wurden benachrichtigt" in office.page.text
    mails = post.new_mails()
    assert {mail.recipients[0] for mail in mails} == {"andrea@example.org", "boris@example.org"}
    assert all("Ihr Kurs fällt leider aus" in mail.subject for mail in mails)
    assert all("Die Kursleitung ist erkrankt" in mail.text for mail in mails)
    db.session.rollback()
    assert db.session.query(Course).one().seats_taken == 0
    shown = browser.open("/kurs/271-7001")
    assert "Kurs abgesagt" in shown.text
    assert "In den Warenkorb" not in shown.text


def test_a_second_editor_is_warned_and_loses_nothing(office: Browser, browser_: Browser) -> None:
    make_staff(email="buero@example.org")
    area("2")
    log_in_staff(office, "buero@example.org")
    edit = create_course(office).path
    log_in_staff(browser_, "buero@example.org")
    browser_.open(edit)
    office.submit("Speichern", title="Zuerst gespeichert")
    second = browser_.submit("Speichern", title="Zu spät gespeichert")
    assert second.status == 409
    assert "Zu spät gespeichert" in second.html
    assert "inzwischen geändert" in second.text
    assert db.session.query(Course).one().title == "Zuerst gespeichert"


def test_a_course_that_lacks_something_is_not_published(office: Browser) -> None:
    make_staff(email="buero@example.org")
    log_in_staff(office, "buero@example.org")
    office.open("/verwaltung/kurse/neu")
    refused = office.submit("Speichern", title="Nur ein Titel")
    assert refused.status == 422
    assert "Nur ein Titel" in refused.html
    office.submit(
        "Speichern",
        number="271-7002",
        fee="0",
        min_participants="1",
        max_participants="5",
        program_area=str(area("2").id),
    )
    office.submit("Veröffentlichen")
    assert "Zum Veröffentlichen fehlt noch: mindestens ein Termin" in office.page.text
    assert db.session.query(Course).one().published_at is None

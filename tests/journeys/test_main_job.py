"""The main job, once through: a visitor becomes a customer, books, and the office confirms.

Without JavaScript, with mails through a real mail server, on both databases.
"""

import re
from pathlib import Path

from kmz import clock
from kmz.booking.models import Booking
from kmz.catalog.models import Course
from kmz.dates import format_day
from kmz.db import db
from tests.factories import PASSWORD, make_course, make_staff
from tests.journeys.conftest import Post, day_of, path_in, refresh_search
from tests.page import Browser, Page
from tests.steps import badge, log_in, log_in_staff

EMAIL = "zoe@example.org"
IBAN = "DE02120300000000202051"
MASKED = "DE02 •••• •••• •••• ••20 51"
PRIVATE = (
    "/konto",
    "/konto/anmeldungen",
    "/konto/merkliste",
    "/konto/profil",
    "/konto/bankverbindungen",
    "/konto/passwort",
    "/konto/geraete",
)


def test_a_visitor_books_two_courses_and_the_office_confirms(
    browser_: Browser, office: Browser, post: Post, tmp_path: Path
) -> None:
    pottery, italian = make_programme()
    find_courses(browser_, pottery, italian)
    fill_cart(browser_, pottery, italian)
    sign_up(browser_, post)
    first_login(browser_)
    complete_the_account(browser_)
    assert_bank_data_is_unreadable(tmp_path)
    book(browser_, pottery, italian)
    assert_received(browser_, post, pottery, italian)
    confirm_in_office(office, post, pottery, italian)
    assert_confirmed(browser_, pottery, italian)
    log_out(browser_)


def make_programme() -> tuple[Course, Course]:
    """Two courses that somebody wants, and more than a page of others."""
    pottery = make_course(number="271-2100", title="Töpfern an der Scheibe", area_code="2")
    italian = make_course(
        number="271-4632", title="Italienisch für die Reise", area_code="4", fee_cents=4550
    )
    for number in range(26):
        make_course(number=f"271-5{number:03}", title=f"Tabellen {number}", area_code="5")
    refresh_search()
    return pottery, italian


def find_courses(browser: Browser, pottery: Course, italian: Course) -> None:
    browser.open("/")
    listed = browser.click("PROGRAMM")
    assert "28 Kurse" in listed.text
    first_page = {address for _, address in listed.links if address.startswith("/kurs/")}
    second = browser.click("Seite 2")
    second_page = {address for _, address in second.links if address.startswith("/kurs/")}
    assert (len(first_page), len(second_page), first_page & second_page) == (25, 3, set())
    browser.submit("Kurse zeigen", bereich="bereich-4")
    assert "1 Kurs" in browser.page.text
    assert italian.title in browser.page.text
    browser.open("/")
    found = browser.submit("Suchen", q="topfern")
    assert f"/kurs/{pottery.slug}" in {address for _, address in found.links}
    assert italian.title not in found.text


def fill_cart(browser: Browser, pottery: Course, italian: Course) -> None:
    course_page = browser.click(pottery.title)
    assert course_page.headings == [pottery.title]
    assert badge(course_page) == ""
    assert badge(browser.submit("In den Warenkorb")) == "1"
    assert browser.page.path == f"/kurs/{pottery.slug}"
    browser.open(f"/kurs/{italian.slug}")
    assert badge(browser.submit("In den Warenkorb")) == "2"
    cart = browser.open("/warenkorb")
    assert pottery.title in cart.text
    assert "143,50\N{NO-BREAK SPACE}€" in cart.html


def sign_up(browser: Browser, post: Post) -> None:
    browser.submit("Zum Anmeldeformular")
    browser.click("Registrieren und weiter buchen")
    browser.submit(
        "REGISTRIEREN",
        signup_email=EMAIL,
        signup_last_name="O’Brien",
        signup_first_name="Zoë",
        signup_password=PASSWORD,
        signup_repeated=PASSWORD,
    )
    assert "Fast geschafft" in browser.page.text
    mail = post.new_mail()
    assert mail.recipients == (EMAIL,)
    browser.open(path_in(mail, "/registrieren/bestaetigung/"))
    browser.submit("Registrierung bestätigen")
    assert "Willkommen" in post.new_mail().subject


def first_login(browser: Browser) -> None:
    hub = log_in(browser, EMAIL)
    assert hub.headings == ["Herzlich willkommen, Zoë O’Brien"]
    assert badge(hub) == "2"
    assert "Noch nicht buchungsbereit" in hub.text


def complete_the_account(browser: Browser) -> None:
    """Booking is refused with what is missing; every link leads back to the booking."""
    browser.open("/warenkorb")
    refusal = browser.submit("Zum Anmeldeformular")
    assert refusal.status == 422
    assert "fehlen noch Angaben: Straße, Hausnummer, PLZ, Ort" in refusal.text
    assert "fehlt noch eine vollständige Bankverbindung" in refusal.text
    browser.click("Benutzerprofil ergänzen")
    back = browser.submit(
        "Speichern", street="Hafenweg", house_number="7", postal_code="12345", city="Musterstadt"
    )
    assert (back.status, back.path) == (422, refusal.path)
    assert "fehlen noch Angaben" not in back.text
    browser.click("Bankverbindung ergänzen")
    wrong = browser.submit("Speichern", iban="DE02 1203 0000 0000 2020 52")
    assert wrong.status == 422
    assert "Tippfehler" in wrong.text
    form = browser.submit("Speichern", iban="de02 1203 0000 0000 2020 51")
    assert (form.status, form.path) == (200, refusal.path)
    accounts = browser.open("/konto/bankverbindungen")
    assert MASKED in accounts.text
    assert "Deutsche Kreditbank" in accounts.text
    assert IBAN not in accounts.html.replace(" ", "")


def assert_bank_data_is_unreadable(folder: Path) -> None:
    if db.engine.dialect.name == "sqlite":
        files = list(folder.glob("kmz.db*"))
        raw = b"".join(path.read_bytes() for path in files)
        assert "DE02 ••••".encode() in raw
        assert IBAN.encode() not in raw
        assert IBAN[4:].encode() not in raw


def book(browser: Browser, pottery: Course, italian: Course) -> None:
    browser.open("/buchen")
    form = browser.submit("Anmeldeformular öffnen")
    assert "Zoë O’Brien · Hafenweg 7 · 12345 Musterstadt" in form.text
    assert MASKED in form.text
    assert browser.submit("Weiter zur Zusammenfassung").status == 422
    assert "SEPA-Lastschriftmandat" in browser.page.text
    summary = browser.submit(
        "Weiter zur Zusammenfassung", of_age="y", mandate="y", remark="Rampe nötig?"
    )
    assert summary.headings == ["Anmeldung prüfen"]
    for shown in (pottery.title, italian.title, "Rampe nötig?", MASKED):
        assert shown in summary.text
    final = summary.form(button="Zahlungspflichtig")
    assert [button["_text"] for button in final.buttons] == ["Zahlungspflichtig buchen"]
    assert browser.submit("Zahlungspflichtig buchen").status == 422
    assert "akzeptieren Sie die Teilnahmebedingungen" in browser.page.text
    thanks = browser.submit("Zahlungspflichtig buchen", terms_accepted="y")
    assert thanks.headings == ["Vielen Dank"]
    assert "noch nicht bestätigt" in thanks.text
    assert badge(thanks) == ""


def assert_received(browser: Browser, post: Post, *courses: Course) -> None:
    bank_mail, receipt = post.new_mails()
    assert "Bankverbindungen" in bank_mail.subject
    assert IBAN not in (bank_mail.text + bank_mail.html + receipt.text + receipt.html)
    assert receipt.subject.startswith("Eingangsbestätigung V")
    assert receipt.recipients == (EMAIL,)
    for body in (receipt.text, receipt.html):
        assert "Dies ist noch keine Anmeldebestätigung" in body
        assert all(course.number in body for course in courses)
    bookings = browser.open("/konto/anmeldungen")
    assert "Eingegangen – noch nicht fest eingebucht" in bookings.text
    assert all(course.display_line in bookings.text for course in courses)
    assert "Seit dem" not in bookings.text


def confirm_in_office(office: Browser, post: Post, *courses: Course) -> None:
    make_staff(email="buero@example.org")
    dashboard = log_in_staff(office, "buero@example.org")
    assert dashboard.path == "/verwaltung"
    office.click("Anmeldungen")
    for left in (1, 0):
        office.submit("Fest einbuchen")
        assert "1 Anmeldung fest eingebucht" in office.page.text
        assert db.session.query(Booking).filter_by(status="requested").count() == left
    mails = post.new_mails()
    assert [mail.recipients for mail in mails] == [(EMAIL,)] * 2
    subjects = sorted(mail.subject for mail in mails)
    assert subjects == sorted(f"Anmeldebestätigung {c.number} {c.title}" for c in courses)
    assert all("Mit dieser Anmeldebestätigung kommt der Vertrag zustande" in m.text for m in mails)


def lines(page: Page) -> list[str]:
    """The firmly booked courses that the page lists."""
    listed = page.html.partition('id="bookings"')[2].partition("</section>")[0]
    return re.findall(r">(271-[^<]+)</a>", listed)


def assert_confirmed(browser: Browser, *courses: Course) -> None:
    page = browser.open("/konto/anmeldungen")
    expected = {f"{c.number} - {c.title} ({day_of(c):%d.%m.%Y})" for c in courses}
    assert set(lines(page)) == expected
    today = format_day(clock.today())
    assert f"Seit dem {today} haben Sie sich zu 2 Kursen angemeldet." in page.text
    assert "Eingegangen" not in page.text
    assert set(lines(browser.submit("Filtern", status="bevorstehend"))) == expected
    assert lines(browser.submit("Filtern", status="abgeschlossen")) == []
    browser.open("/konto/anmeldungen")
    assert set(lines(browser.submit("Filtern", ab=today))) == expected
    assert lines(browser.submit("Filtern", ab="1.1.2099")) == []
    assert browser.submit("Filtern", ab="gestern").status == 422


def log_out(browser: Browser) -> None:
    browser.open("/konto")
    out = browser.submit("LOGOUT")
    assert "ausgeloggt" in out.text
    assert "Zoë" not in out.html
    for address in PRIVATE:
        closed = browser.client.get(address)
        assert (closed.status_code, closed.location.partition("?")[0]) == (303, "/login"), address
        assert b"O\xe2\x80\x99Brien" not in closed.data

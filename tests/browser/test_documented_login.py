"""The whole documented way of the Kunden-Login (U01–U37) in a real browser, with and without
JavaScript.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from kmz import clock
from kmz.booking.models import Booking
from kmz.booking.office.decisions import confirm_bookings
from kmz.db import db
from kmz.mail.models import OutgoingMail
from tests.browser.conftest import LiveServer, icon, main_of
from tests.factories import IBAN, PASSWORD, make_course, make_staff

pytestmark = pytest.mark.browser

HUB = [
    "Meine Anmeldungen",
    "Merkliste",
    "Benutzerprofil",
    "Bankverbindungen",
    "Passwort ändern",
    "LOGOUT",
]
NAVIGATION = ["START", "PROGRAMM", "INFOS / SERVICE", "ZIB", "KONTAKT", "SITEMAP"]


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_the_documented_way_of_the_customer_login(
    *, javascript: bool, new_context: Callable[..., BrowserContext], live: LiveServer
) -> None:
    page = new_context(java_script_enabled=javascript).new_page()
    email = f"weg-{javascript}@example.org".lower()
    with live.app.app_context():
        course = make_course(title=f"Englisch für Kinder {javascript}")
        number, line = course.number, course.display_line
        db.session.remove()
    sign_up(page, live, email)
    log_in(page, email)
    see_the_hub(page)
    complete_the_account(page)
    book(page, number)
    see_it_received(page, line)
    confirm(live, email)
    see_it_confirmed(page, line)
    log_out(page)


def assert_breadcrumb(page: Page, text: str) -> None:
    expect(page.get_by_role("navigation", name="Brotkrumen")).to_contain_text(text)


def sign_up(page: Page, live: LiveServer, email: str) -> None:
    page.goto("/")
    for label in NAVIGATION:  # U22
        expect(
            page.get_by_role("navigation", name="Hauptnavigation").get_by_role("link", name=label)
        ).to_be_visible()
    icon(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kunden-Login")
    left = page.get_by_role("region", name="Kunden-Login", exact=True).bounding_box()
    form = page.get_by_role("region", name="Registrierung für das Kunden-Login")
    right = form.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]  # U01
    for sentence in (
        "Bitte tragen Sie die geforderten Daten in die Felder ein.",
        "Hinweis: Ihre E-Mail-Adresse ist gleichzeitig der Benutzername für das Kunden-Login.",
        "mindestens 5 Zeichen lang sein",
        "mindestens eine Zahl enthalten",
        "mindestens ein Sonderzeichen enthalten (#!?$@&~=:|-_()<>)",
        "Zum Abschicken Ihrer Daten klicken Sie bitte auf REGISTRIEREN.",
        "Aus Sicherheitsgründen erhalten Sie eine E-Mail mit einem Bestätigungslink",
    ):
        expect(form).to_contain_text(sentence)
    for name, value in (
        ("email", email),
        ("last_name", "Beispiel"),
        ("first_name", "Mila"),
        ("password", PASSWORD),
        ("repeated", PASSWORD),
    ):
        form.locator(f"[name=signup-{name}]").fill(value)
    form.get_by_role("button", name="REGISTRIEREN").click()
    expect(main_of(page)).to_contain_text("Fast geschafft")
    with live.app.app_context():
        mail = db.session.scalars(
            select(OutgoingMail).where(OutgoingMail.recipient == email, OutgoingMail.kind == "M01")
        ).one()
        link = re.search(r"/registrieren/bestaetigung/\S+", mail.text)
        db.session.remove()
    assert link
    page.goto(link[0])
    page.get_by_role("button", name="Registrierung bestätigen").click()
    expect(main_of(page)).to_contain_text("eingerichtet")


def log_in(page: Page, email: str) -> None:
    icon(page).click()
    form = page.get_by_role("region", name="Kunden-Login", exact=True)
    form.get_by_label("Ihre E-Mail-Adresse").fill(email)
    form.locator("[name=login-password]").fill(PASSWORD)
    form.get_by_role("button", name="Anmelden", exact=True).first.click()


def see_the_hub(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Herzlich willkommen, Mila Beispiel")
    assert_breadcrumb(page, "Sie befinden sich hier:")
    assert_breadcrumb(page, "Teilnehmer-Login")
    tiles = page.get_by_role("navigation", name="Kundenbereich").locator("a, button")
    expect(tiles).to_have_count(len(HUB))
    for tile, label in zip(tiles.all(), HUB, strict=True):  # U16, in this order
        expect(tile).to_contain_text(label)
    expect(icon(page)).to_contain_text("angemeldet als Mila Beispiel")  # U24


def complete_the_account(page: Page) -> None:
    page.goto("/konto/profil")
    for label, value in (
        ("Straße", "Hafenweg"),
        ("Hausnummer", "7"),
        ("PLZ", "12345"),
        ("Ort", "Musterstadt"),
    ):
        page.get_by_label(re.compile(rf"^{label}\b")).fill(value)
    page.get_by_role("button", name="Speichern").click()
    expect(page.locator("body")).to_contain_text("Benutzerprofil ist gespeichert")
    icon(page).click()
    page.get_by_role("link", name="Bankverbindungen").first.click()
    expect(main_of(page)).to_contain_text("jederzeit wieder löschen")  # U20
    page.get_by_label(re.compile("^IBAN")).fill(IBAN)
    page.get_by_role("button", name="Speichern").click()
    expect(main_of(page)).to_contain_text("DE89 ")


def book(page: Page, number: str) -> None:
    page.goto(f"/kurs/{number}")
    page.get_by_role("button", name="In den Warenkorb").or_(
        page.get_by_role("link", name="In den Warenkorb")
    ).first.click()
    cart = page.get_by_role("banner").get_by_role("link", name="Warenkorb")
    expect(cart).to_contain_text("1")
    cart.click()
    expect(main_of(page)).to_contain_text(number)  # U25
    page.goto(f"/kurs/{number}")
    page.get_by_role("button", name="Direktbuchung").first.click()
    expect(main_of(page)).to_contain_text("Hafenweg")  # U26
    page.get_by_label("Ich erteile das SEPA-Lastschriftmandat").check()
    page.get_by_label("Ich bin volljährig").check()
    page.get_by_role("button", name="Weiter zur Zusammenfassung").click()
    page.get_by_label("Ich akzeptiere").check()
    page.get_by_role("button", name="Zahlungspflichtig buchen", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vielen Dank")


def see_it_received(page: Page, line: str) -> None:
    icon(page).click()
    page.get_by_role("link", name="Meine Anmeldungen").first.click()
    waiting = page.get_by_role("region", name="Eingegangen – noch nicht fest eingebucht")
    expect(waiting).to_contain_text(line)


def confirm(live: LiveServer, email: str) -> None:
    with live.app.app_context():
        bookings = db.session.scalars(
            select(Booking).join(Booking.customer).where(Booking.customer.has(email=email))
        ).all()
        confirm_bookings([booking.id for booking in bookings], by=make_staff())
        db.session.remove()


def see_it_confirmed(page: Page, line: str) -> None:
    page.reload()
    today = f"{clock.today():%d.%m.%Y}"
    expect(main_of(page)).to_contain_text(f"Seit dem {today} haben Sie sich zu 1 Kurs angemeldet.")
    expect(page.locator("#bookings")).to_contain_text(line)
    expect(page.get_by_label("Anmeldestatus")).to_be_visible()
    expect(page.get_by_label("ab Datum")).to_have_value(today)
    expect(main_of(page)).to_contain_text(
        "Hinweis: Die gebuchten Kurse erscheinen erst in Ihrem Kundenbereich,"
        " wenn sie von uns in unser Verwaltungssystem fest eingebucht wurden."
    )


def log_out(page: Page) -> None:
    icon(page).click()
    expect(main_of(page)).to_contain_text(
        "Bitte melden Sie sich immer aus dem Kundenbereich"
    )  # U34
    page.get_by_role("button", name="LOGOUT").click()
    expect(main_of(page)).to_contain_text("ausgeloggt")
    expect(icon(page)).not_to_contain_text("angemeldet")  # U36
    assert_breadcrumb(page, "Login")
    page.go_back()
    expect(page.locator("body")).not_to_contain_text("Mila")

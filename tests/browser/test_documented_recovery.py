"""The whole documented way back into a lost Kundenkonto (C01–C27) in a real browser, with and
without JavaScript.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import select

from kmz.clock import moved_by
from kmz.db import db
from kmz.mail.models import OutgoingMail
from kmz.recovery.puzzle.rules import Riddle
from tests.browser.conftest import LiveServer, icon, log_in, log_in_staff, main_of, make_person
from tests.factories import STAFF_PASSWORD

pytestmark = pytest.mark.browser

NEW_PASSWORD = "neu2#-und-lang"
FIELDS = [
    *("E-Mail", "Anrede", "Vorname", "Nachname", "Straße", "Hausnummer", "PLZ", "Ort", "Land"),
    *("Telefon", "Tel. mobil", "Tel. privat", "Fax", "Passwort", "Wdh. Passwort"),
]


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_the_documented_way_back_into_the_account(
    *,
    javascript: bool,
    new_context: Callable[..., BrowserContext],
    live: LiveServer,
    riddles: list[Riddle],
) -> None:
    page, other, staff = (
        new_context(java_script_enabled=javascript).new_page() for _window in range(3)
    )
    email = f"zurueck-{javascript}@example.org".lower()
    make_person(live, email)
    log_in(other, email)
    fail_to_log_in(page, email)
    read_the_help(page)
    reference = ask_for_help(page)
    log_in_staff(staff, live)
    send_the_link(staff, reference, email)
    open_the_link(page, live, email)
    pass_the_robot_check(page, riddles, as_question=javascript)
    set_a_new_password(page)
    log_in_again(page, email)
    assert_is_out(other)
    adjust_the_account(page)


def fail_to_log_in(page: Page, email: str) -> None:
    page.goto("/")
    icon(page).click()
    send_login(page, email, "vergessen1#")
    form = page.get_by_role("region", name="Kunden-Login", exact=True)
    expect(form.get_by_role("alert")).to_contain_text("Falsche Zugangsdaten")  # C03
    expect(form.get_by_role("link", name="Passwort vergessen?")).to_be_visible()  # C02
    form.get_by_role("link", name="Kein Zugriff mehr?").first.click()  # C01
    assert_heading(page, "Kein Zugriff mehr?")


def send_login(page: Page, email: str, password: str) -> None:
    form = page.locator("form", has=page.get_by_label("Ihre E-Mail-Adresse"))
    form.get_by_label("Ihre E-Mail-Adresse").fill(email)
    form.get_by_label("Passwort", exact=True).fill(password)
    form.get_by_role("button", name="Anmelden", exact=True).click()


def read_the_help(page: Page) -> None:
    main_of(page).get_by_role("link", name="Schritt für Schritt").click()
    assert_heading(page, "Hilfe zum Zugang")
    expect(main_of(page).get_by_role("listitem")).to_have_count(8)  # C06: eight numbered steps
    for heading in (
        "Hinweise",
        "1. Passwort und Kundendaten ändern",
        "2. Passwort vergessen",
    ):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()  # C24
    page.go_back()


def ask_for_help(page: Page) -> str:
    """The number of the case."""
    expect(main_of(page)).to_contain_text("innerhalb von 1–3 Werktagen eine E-Mail")  # C05
    message = page.get_by_label(re.compile("^Hinweis"))
    expect(message).to_have_value("Benötige neue Zugangsdaten für kmz")  # C04
    page.get_by_label(re.compile("^Name")).fill("Andrea Beispiel")
    page.get_by_role("button", name="Absenden").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Ihr Anliegen")
    expect(main_of(page)).to_contain_text("in Bearbeitung")
    expect(main_of(page)).to_contain_text("Antwort spätestens")
    expect(page.get_by_role("button", name="Link erneut senden")).to_be_visible()  # C09
    return heading.inner_text().removeprefix("Ihr Anliegen ")


def send_the_link(staff: Page, reference: str, email: str) -> None:
    with moved_by(minutes=10):
        staff.get_by_role("navigation", name="Verwaltung").get_by_role(
            "link", name="Kein Zugriff"
        ).click()
        staff.get_by_role("link", name=reference).click()
        staff.get_by_role("button", name=re.compile(f"^Zuordnen.*{email}")).click()
        expect(main_of(staff)).to_contain_text(f"Der Link geht an {email}")
    with moved_by(minutes=16):  # the password of the login counts no more
        staff.get_by_role("button", name="Wiederherstellungslink senden").click()  # C07
        assert_heading(staff, "Passwort bestätigen")
        staff.get_by_role("textbox", name="Passwort").fill(STAFF_PASSWORD)
        staff.get_by_role("button", name="Bestätigen").click()
        staff.get_by_role("button", name="Wiederherstellungslink senden").click()
        expect(staff.locator("body")).to_contain_text("Der Wiederherstellungslink ist unterwegs")


def open_the_link(page: Page, live: LiveServer, email: str) -> None:
    with live.app.app_context():
        mail = db.session.scalars(
            select(OutgoingMail).where(OutgoingMail.recipient == email, OutgoingMail.kind == "M05")
        ).one()
        link = re.search(rf"{live.url}/wiederherstellung/\S+", mail.text)
        db.session.remove()
    assert link
    page.goto(link[0])
    assert_heading(page, "Zugang wiederherstellen")


def pass_the_robot_check(page: Page, riddles: list[Riddle], *, as_question: bool) -> None:
    expect(page.get_by_role("button", name="Konto bearbeiten")).to_have_count(0)  # C13
    page.get_by_label("Ich bin kein Roboter").check()  # C10
    page.get_by_role("button", name="Weiter").click()
    assert_heading(page, "Bilderrätsel")
    picture = page.get_by_role("img", name="Neun gezeichnete Bilder")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") > 0
    if as_question:
        answer_a_question(page, riddles)
    else:
        mark_pictures_by_keyboard(page, riddles)
    page.get_by_role("button", name="Bestätigen").click()  # C12
    assert_heading(page, "Rätsel gelöst")
    page.get_by_role("button", name="Konto bearbeiten").click()


def mark_pictures_by_keyboard(page: Page, riddles: list[Riddle]) -> None:
    expect(page.get_by_role("group", name=riddles[-1].question)).to_be_visible()
    for place in riddles[-1].answer.split(","):  # C11
        box = page.get_by_role("checkbox", name=f"Bild {place}")
        box.press("Space")
        expect(box).to_be_checked()


def answer_a_question(page: Page, riddles: list[Riddle]) -> None:
    page.get_by_role("button", name="Frage statt Bild").click()
    assert_heading(page, "Frage beantworten")
    page.get_by_label(riddles[-1].question).fill(riddles[-1].answer)


def set_a_new_password(page: Page) -> None:
    assert_heading(page, "Persönliche Daten bearbeiten")  # C20
    assert labels(page.locator("main form")) == FIELDS  # C22
    expect(main_of(page)).to_contain_text(
        "Hinweise: Wenn Sie eine persönliche E-Mail-Adresse eintragen, können Sie sich zukünftig"
        " auch mit dieser Adresse und Ihrem persönlichen Passwort anmelden."
    )  # C21
    expect(page.get_by_label("Nachname")).to_have_value("Beispiel")  # C14
    fill_passwords(page, NEW_PASSWORD, "etwas-anderes3#")
    expect(main_of(page)).to_contain_text("stimmen nicht überein")  # C15
    page.get_by_label("Tel. mobil").fill("0151 2345678")
    fill_passwords(page, NEW_PASSWORD, NEW_PASSWORD)
    assert_heading(page, "FERTIG!")  # C17


def labels(form: Locator) -> list[str]:
    """The names of the fields in their order, without the star."""
    return [text.replace("*", "").strip() for text in form.locator("label").all_inner_texts()]


def fill_passwords(page: Page, password: str, repeated: str) -> None:
    page.locator("[name=password]").fill(password)
    page.locator("[name=repeated]").fill(repeated)
    page.get_by_role("button", name="Registrieren", exact=True).click()  # C16


def log_in_again(page: Page, email: str) -> None:
    expect(main_of(page)).to_contain_text(
        "Sie können sich nun mit Ihrer Mailadresse und dem gerade vergebenen Passwort in kmz"
        " einloggen / anmelden."
    )  # C18
    main_of(page).get_by_role("link", name="Zum Kunden-Login").click()
    send_login(page, email, NEW_PASSWORD)
    assert_heading(page, "Herzlich willkommen, Andrea Beispiel")


def assert_is_out(other: Page) -> None:
    """The window that was logged in with the old password."""
    expect(icon(other)).to_contain_text("angemeldet als")
    other.reload()
    assert_heading(other, "Kunden-Login")
    expect(icon(other)).not_to_contain_text("angemeldet")


def adjust_the_account(page: Page) -> None:
    with moved_by(minutes=11):  # the password of the login counts no more
        main_of(page).get_by_role("link", name="Einstellungen").click()
        main_of(page).get_by_role("link", name="Konto anpassen").click()  # C26
        assert_heading(page, "Passwort bestätigen")
        page.get_by_role("textbox", name="Passwort").fill(NEW_PASSWORD)
        page.get_by_role("button", name="Bestätigen").click()  # C27
        assert_heading(page, "Persönliche Daten bearbeiten")
        expect(page.get_by_label("Tel. mobil")).to_have_value("0151 2345678")
        page.get_by_label("Fax").fill("01234 567891")
        page.get_by_role("button", name="Speichern", exact=True).click()
        expect(page.locator("body")).to_contain_text("Ihre Daten sind gespeichert.")  # C25


def assert_heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)

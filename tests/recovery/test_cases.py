"""Kein Zugriff mehr?: the form, the receipt, the status page (C01, C04, C05, C09)."""

import pytest

from kmz.accounts.models import CustomerAccount
from kmz.clock import moved_by
from kmz.recovery.actions.cases import delete_old_cases
from kmz.recovery.queries import find_open_link
from kmz.recovery.rules import CASES_KEPT_FOR, MAX_MAILS
from tests.page import Browser
from tests.recovery.steps import (
    LINK,
    RECEIPT,
    ask_for_help,
    assign,
    mails,
    only_case,
    path_in,
    steps,
)
from tests.web.conftest import everything


@pytest.fixture
def settings() -> dict[str, str]:
    return {"KMZ_SITE_NAME": "Lernportal", "KMZ_SUPPORT_EMAIL": "hilfe@example.org"}


def test_the_documented_sentence_is_filled_in(browser_: Browser) -> None:
    page = browser_.open("/login")
    page = browser_.click("Kein Zugriff mehr?")
    assert page.headings == ["Kein Zugriff mehr?"]
    fields = dict(page.form(button="Absenden").fields)
    assert fields["message"] == "Benötige neue Zugangsdaten für Lernportal"
    assert page.link("hilfe@example.org").startswith("mailto:hilfe@example.org?")
    assert "1–3 Werktagen" in page.text


def test_a_case_gets_a_number_a_day_and_a_status_page(browser_: Browser) -> None:
    page = ask_for_help(browser_)
    case = only_case()
    assert page.headings == [f"Ihr Anliegen {case.reference}"]
    assert f"{case.due_on:%d.%m.%Y}" in page.text
    assert "in Bearbeitung" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.link("http://localhost/kein-zugriff/").endswith(page.path)
    assert steps() == ["opened"]
    assert mails() == []


def test_what_was_typed_stays_when_the_name_is_missing(browser_: Browser) -> None:
    page = ask_for_help(browser_, name=" ", message="Hilfe!", email="quatsch")
    assert page.status == 422
    fields = dict(page.form(button="Absenden").fields)
    assert (fields["message"], fields["email"]) == ("Hilfe!", "quatsch")
    assert "„Name“" in page.text


def test_the_receipt_holds_number_day_and_status_link_but_nothing_typed(
    browser_: Browser,
) -> None:
    ask_for_help(browser_, name="Kauft Uhren", message="BILLIG", email="andrea@example.org")
    (mail,) = mails(RECEIPT)
    case = only_case()
    assert mail.recipient == "andrea@example.org"
    for text in (mail.text, mail.html):
        assert case.reference in text
        assert f"{case.due_on:%d.%m.%Y}" in text
        assert "nicht geschrieben" in text
        assert "Uhren" not in text
        assert "BILLIG" not in text
        assert "src=" not in text
    page = browser_.open(path_in(mail, "kein-zugriff"))
    assert case.reference in page.text


def test_one_address_gets_few_receipts_a_day(browser_: Browser) -> None:
    for number in range(MAX_MAILS + 2):
        address = "andrea@example.org" if number % 2 else "Andrea@example.org"
        assert "in Bearbeitung" in ask_for_help(browser_, email=address).text
    assert len(mails(RECEIPT)) == MAX_MAILS
    with moved_by(hours=25):
        ask_for_help(browser_, email="andrea@example.org")
    assert len(mails(RECEIPT)) == MAX_MAILS + 1


@pytest.mark.usefixtures("customer")
def test_known_and_unknown_people_get_the_same_answer(browser_: Browser) -> None:
    known = ask_for_help(browser_, name="Andrea Wiesenthal", email="andrea@example.org")
    stranger = ask_for_help(browser_, name="Niemand Niemals", email="niemand@example.org")
    assert (known.status, known.headings[0][:13]) == (stranger.status, stranger.headings[0][:13])
    assert len(known.html) == len(stranger.html)


def test_the_status_page_tells_nothing_about_anybody(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    """Nor whether there is an account, so a made-up name finds nothing out."""
    customer_id = customer.id
    status = ask_for_help(browser_, message="Ich bin umgezogen", email="post@example.org").path
    before = browser_.open(status)
    assign(office, customer_id)
    office.submit("Wiederherstellungslink senden")
    after = browser_.open(status)
    assert after.text == before.text
    for secret in ("Andrea", "post@", "andrea@", "umgezogen", "Hafenweg"):
        assert secret not in after.text


def test_looking_changes_nothing(browser_: Browser) -> None:
    status = ask_for_help(browser_, email="andrea@example.org").path
    before = everything()
    for address in ("/kein-zugriff", "/hilfe/zugang", status, f"{status}/nachfrage"):
        browser_.client.get(address)
        browser_.client.head(address)
    assert everything() == before


def test_a_made_up_status_page_does_not_exist(browser_: Browser) -> None:
    assert browser_.open("/kein-zugriff/erfunden").status == 404


def test_asking_again_sends_the_open_link_again_to_the_same_mailbox(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    status = ask_for_help(browser_, email="post@example.org").path
    browser_.open(status)
    page = browser_.submit("Link erneut senden")
    answer = page.text
    assert mails(LINK) == []
    assign(office, customer_id)
    office.submit("Wiederherstellungslink senden")
    browser_.open(status)
    assert browser_.submit("Link erneut senden").text == answer
    first, again = mails(LINK)
    assert first.recipient == again.recipient == "andrea@example.org"
    assert path_in(first, "wiederherstellung") != path_in(again, "wiederherstellung")
    for _ in range(MAX_MAILS + 2):
        browser_.open(status)
        assert browser_.submit("Link erneut senden").text == answer
    assert len(mails(LINK)) <= MAX_MAILS


def test_asking_again_does_not_make_a_link_live_longer(
    browser_: Browser, office: Browser, customer: CustomerAccount
) -> None:
    customer_id = customer.id
    status = ask_for_help(browser_).path
    assign(office, customer_id)
    office.submit("Wiederherstellungslink senden")
    with moved_by(hours=71):
        browser_.open(status)
        browser_.submit("Link erneut senden")
        first, again = (path_in(mail, "wiederherstellung")[19:] for mail in mails(LINK))
        assert find_open_link(again) is not None
        assert find_open_link(first) is None
    with moved_by(hours=73):
        assert find_open_link(again) is None


def test_cases_are_forgotten_a_year_after_their_end(browser_: Browser, office: Browser) -> None:
    ask_for_help(browser_)
    office.open(f"/verwaltung/wiederherstellung/{only_case().id}")
    office.submit("Ablehnen", close_reason="Spam")
    ask_for_help(browser_)
    with moved_by(days=CASES_KEPT_FOR.days - 1):
        assert delete_old_cases() == 0
    with moved_by(days=CASES_KEPT_FOR.days + 1):
        assert delete_old_cases() == 1
    assert only_case().closed_at is None


def test_the_help_page_names_the_documented_steps(browser_: Browser) -> None:
    page = browser_.open("/hilfe/zugang")
    assert page.html.count("<li>", page.html.index("schritte"), page.html.index("hinweise")) == 8
    for words in (
        "Ich bin kein Roboter",
        "Bestätigen",
        "Konto bearbeiten",
        "Wdh. Passwort",
        "Registrieren",
        "FERTIG!",
        "1. Passwort und Kundendaten ändern",
        "2. Passwort vergessen",
        "Konto anpassen",
    ):
        assert words in page.text

"""Konto bearbeiten, Registrieren, FERTIG! (C13–C18, C20–C23, REC-06 … REC-12)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from kmz import clock
from kmz.accounts.models import AddressChange, CustomerAccount
from kmz.accounts.queries import get_customer_with_profile
from kmz.accounts.rules import PersonalData
from kmz.clock import moved_by
from kmz.crypto import token_digest
from kmz.db import db, transaction
from kmz.recovery.actions.finish import Outcome, finish_recovery
from kmz.recovery.models import RecoveryLink
from kmz.recovery.puzzle.rules import Riddle
from kmz.recovery.rules import new_code, normalise_code
from tests.accounts.test_signup import last_mail
from tests.factories import make_bank_account
from tests.page import Browser, Page
from tests.recovery.solving import Sent, hash_of, link_of, send_link, solve, start
from tests.steps import log_in, send

NEW = "neu2#-und-lang"
FIELDS = (
    *("E-Mail", "Anrede", "Vorname", "Nachname", "Straße", "Hausnummer", "PLZ", "Ort", "Land"),
    *("Telefon", "Tel. mobil", "Tel. privat", "Fax", "Passwort", "Wdh. Passwort"),
)


def reach_data(browser: Browser, sent: Sent, riddles: list[Riddle]) -> Page:
    start(browser, sent)
    solve(browser, riddles)
    return browser.submit("Konto bearbeiten")


def finish(browser: Browser, **changes: str) -> Page:
    return browser.submit("Registrieren", **{"password": NEW, "repeated": NEW, **changes})


def test_the_whole_way_ends_with_a_login(
    browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    page = reach_data(browser_, sent, riddles)
    assert page.headings == ["Persönliche Daten bearbeiten"]
    page = finish(browser_, city="Beispielstadt")
    assert page.headings == ["FERTIG!"]
    assert (
        "Sie können sich nun mit Ihrer Mailadresse und dem gerade vergebenen Passwort in kmz "
        "einloggen / anmelden."
    ) in page.text
    browser_.click("Zum Kunden-Login")
    page = browser_.submit("Anmelden", login_email="andrea@example.org", login_password=NEW)
    assert page.headings[0].startswith("Herzlich willkommen")
    assert get_customer_with_profile(sent.customer_id)[1].city == "Beispielstadt"


def test_the_form_holds_the_documented_fields_and_nothing_of_money(
    browser_: Browser, sent: Sent, riddles: list[Riddle], customer: CustomerAccount
) -> None:
    make_bank_account(customer)
    page = reach_data(browser_, sent, riddles)
    places = [page.html.index(f">{label}") for label in FIELDS]
    assert places == sorted(places)
    assert 'value="Wiesenthal"' in page.html
    assert (
        "Hinweise: Wenn Sie eine persönliche E-Mail-Adresse eintragen, können Sie sich zukünftig "
        "auch mit dieser Adresse und Ihrem persönlichen Passwort anmelden."
    ) in page.text

    assert "DE89" not in page.html


def test_a_refused_password_does_not_use_the_link_up(
    browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    reach_data(browser_, sent, riddles)
    page = finish(browser_, repeated="anders3#")
    assert (page.status, "stimmen nicht überein" in page.text) == (422, True)
    assert finish(browser_, password="kurz", repeated="kurz").status == 422
    assert finish(browser_, password="Wiesenthal1!", repeated="Wiesenthal1!").status == 422
    assert link_of(sent).used_at is None
    assert finish(browser_).headings == ["FERTIG!"]


def test_the_link_works_once(browser_: Browser, sent: Sent, riddles: list[Riddle]) -> None:
    reach_data(browser_, sent, riddles)
    finish(browser_)
    page = browser_.open(sent.address)
    assert page.status == 410
    assert "Dieser Link ist abgelaufen oder wurde schon benutzt." in page.text
    assert page.link("Passwort vergessen?")
    assert page.link("Kein Zugriff mehr?")


def test_success_ends_all_logins_and_tells_the_owner_without_the_password(
    app: Flask, browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    other = Browser(app.test_client())
    log_in(other, "andrea@example.org")
    reach_data(browser_, sent, riddles)
    finish(browser_)
    assert "Kunden-Login" in other.open("/konto").headings
    mail = last_mail("M06")
    assert (mail.recipient, mail.subject) == (
        "andrea@example.org",
        "Ihr Zugang wurde wiederhergestellt",
    )
    assert NEW not in mail.text
    assert log_in(other, "andrea@example.org").headings != ["Herzlich willkommen"]
    assert "Falsche Zugangsdaten" in other.page.text


def test_another_address_only_gets_a_link(
    browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    reach_data(browser_, sent, riddles)
    page = finish(browser_, email="neu@example.org")
    assert page.headings == ["FERTIG!"]
    assert "Link an die neue E-Mail-Adresse" in page.text
    assert db.session.get_one(CustomerAccount, sent.customer_id).email == "andrea@example.org"
    assert last_mail("M06").recipient == "andrea@example.org"
    change = db.session.query(AddressChange).one()
    assert (change.new_email, change.confirmed_at, change.withdrawn_at) == (
        "neu@example.org",
        None,
        None,
    )


def test_the_form_changes_nothing_it_does_not_show(
    browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    page = reach_data(browser_, sent, riddles)
    values: dict[str, Any] = dict(page.form(button="Registrieren").fields)
    values.pop("csrf_token")
    extra = {"shared": "1", "role": "admin", "school_id": "1", "email_key": "x@y", "title": "Dr."}
    extra |= {"disabled_at": "2020-01-01", "birth_date": "01.01.1980", "customer_id": "99"}
    page = send(
        browser_,
        "/wiederherstellung/daten",
        **{**values, **extra, "password": NEW, "repeated": NEW},
    )
    assert page.headings == ["FERTIG!"]
    account, profile = get_customer_with_profile(sent.customer_id)
    assert (account.shared, account.school_id, account.disabled_at) == (False, None, None)
    assert (account.email_key, profile.title, profile.birth_date) == (
        "andrea@example.org",
        "",
        None,
    )


def test_of_eight_at_once_one_wins(app: Flask, sent: Sent) -> None:
    with transaction() as session:
        link = session.get_one(RecoveryLink, sent.link_id)
        link.browser_hash, link.solved_at = "b", clock.now()
    names = PersonalData.__dataclass_fields__
    data = PersonalData(**dict.fromkeys(names, "x"))
    new_hash = hash_of(NEW)

    def run(_number: int) -> Outcome:
        with app.app_context():
            return finish_recovery(
                sent.token,
                customer_id=sent.customer_id,
                browser_hash="b",
                password_hash=new_hash,
                data=data,
                email="",
            )

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(run, range(8)))
    assert sorted(outcome.value for outcome in outcomes) == ["dead"] * 7 + ["done"]


def _use(link: RecoveryLink) -> None:
    link.used_at = clock.now()


def _revoke(link: RecoveryLink) -> None:
    link.revoked_at = clock.now()


def _never_sent(link: RecoveryLink) -> None:
    link.sent_at = None


def _expire(link: RecoveryLink) -> None:
    link.expires_at = clock.now()


def _other_token(link: RecoveryLink) -> None:
    link.token_hash = token_digest("ein anderer")


@pytest.mark.parametrize("fault", [_use, _revoke, _never_sent, _expire, _other_token])
def test_a_link_that_dies_on_the_way_opens_and_changes_nothing(
    browser_: Browser, sent: Sent, riddles: list[Riddle], fault: Callable[[RecoveryLink], None]
) -> None:
    reach_data(browser_, sent, riddles)
    with transaction() as session:
        fault(session.get_one(RecoveryLink, sent.link_id))
    assert finish(browser_).status == 410
    assert browser_.open(sent.address).status == 410
    assert browser_.open("/wiederherstellung/daten").status == 410
    assert "Herzlich" in log_in(browser_, "andrea@example.org").headings[0]


@pytest.mark.parametrize("column", ["password_changed_at", "disabled_at"])
def test_a_new_password_or_a_lock_ends_the_link(
    browser_: Browser, sent: Sent, riddles: list[Riddle], column: str
) -> None:
    reach_data(browser_, sent, riddles)
    with transaction() as session:
        customer = session.get_one(CustomerAccount, sent.customer_id)
        setattr(customer, column, clock.now())
    assert finish(browser_).status == 410


def test_a_link_lives_three_days(browser_: Browser, sent: Sent) -> None:
    with moved_by(hours=71):
        assert browser_.open(sent.address).status == 200
    with moved_by(hours=73):
        assert browser_.open(sent.address).status == 410


def test_a_dead_link_takes_nothing_from_a_living_one(
    browser_: Browser, sent: Sent, riddles: list[Riddle]
) -> None:
    start(browser_, sent)
    solve(browser_, riddles)
    assert browser_.open("/wiederherstellung/unbekannt").status == 410
    assert "Konto bearbeiten" in browser_.open("/wiederherstellung").text


def test_the_code_of_a_letter_opens_the_same_way(
    browser_: Browser, customer: CustomerAccount, riddles: list[Riddle]
) -> None:
    code = new_code()
    sent = send_link(customer, token=normalise_code(code), way="letter", sent_to="")
    browser_.open("/wiederherstellung/code")
    page = browser_.submit("Weiter", code="ABCDE-ABCDE-ABCDE-ABCDE")
    assert (page.status, "gilt nicht" in page.text) == (422, True)
    page = browser_.submit("Weiter", code=code.lower().replace("-", " "))
    assert page.headings == ["Zugang wiederherstellen"]
    browser_.submit("Weiter", robot="y")
    solve(browser_, riddles)
    browser_.submit("Konto bearbeiten")
    assert finish(browser_).headings == ["FERTIG!"]
    assert link_of(sent).used_at is not None


def test_codes_cannot_be_tried_without_end(browser_: Browser) -> None:
    browser_.open("/wiederherstellung/code")
    for _ in range(30):
        assert browser_.submit("Weiter", code=new_code()).status == 422
    page = browser_.submit("Weiter", code=new_code())
    assert (page.status, page.headings) == (429, ["Bitte kurz warten"])

"""Guessing passwords is slowed, for everybody alike, and never locks the owner out (LOG-03–06)."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from kmz import clock
from kmz.accounts.actions.devices import Visit
from kmz.accounts.actions.guesses import Guess, Verdict, check_guess
from kmz.accounts.models import CustomerAccount, LoginFailure
from kmz.accounts.slowing import AT_ACCOUNT, FROM_ADDRESS, Failures, seconds_to_wait
from kmz.clock import moved_by
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.factories import PASSWORD, make_customer, make_staff
from tests.page import Browser, Page
from tests.steps import show_password

ANDREA = "andrea@example.org"
WRONG = "falsch1#"
CLIENTS = 8


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    return make_customer(email=ANDREA)


def try_in(browser: Browser, password: str = WRONG, email: str = ANDREA) -> Page:
    browser.open("/login")
    return browser.submit("Anmelden", login_email=email, login_password=password)


def stranger(app: Flask, address: str = "192.0.2.7") -> Browser:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return Browser(client)


def guess_by_strangers(account: CustomerAccount, times: int, address: str = "198.51.100.1") -> None:
    """What so many wrong guesses leave behind, without their hashes."""
    vault = current_app.extensions["kmz_vault"]
    with transaction() as session:
        session.add_all(
            LoginFailure(
                account_key=vault.fingerprint(account.actor_name),
                address_key=vault.fingerprint(address),
                at=clock.now(),
            )
            for _ in range(times)
        )


def mails(subject: str) -> list[OutgoingMail]:
    query = select(OutgoingMail).where(OutgoingMail.subject.contains(subject))
    return list(db.session.scalars(query.order_by(OutgoingMail.id)))


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 2), (6, 4), (9, 32), (10, 60), (19, 60), (20, 900), (99, 900)],
)
def test_delays_at_an_account_grow(failures: int, seconds: int) -> None:
    now = clock.now()
    assert seconds_to_wait(AT_ACCOUNT, Failures(failures, now, failures), now) == seconds


@pytest.mark.parametrize(("failures", "seconds"), [(19, 0), (20, 2), (29, 60), (30, 900)])
def test_delays_of_an_address_grow_later(failures: int, seconds: int) -> None:
    now = clock.now()
    assert seconds_to_wait(FROM_ADDRESS, Failures(failures, now), now) == seconds


def test_a_delay_ends(app: Flask) -> None:
    now = clock.now()
    assert seconds_to_wait(AT_ACCOUNT, Failures(6, now - timedelta(seconds=1.5), 6), now) == 3
    assert seconds_to_wait(AT_ACCOUNT, Failures(6, now - timedelta(seconds=4), 6), now) == 0


@pytest.mark.usefixtures("customer")
def test_the_sixth_failure_in_a_row_waits_and_then_the_right_password_works(
    browser_: Browser,
) -> None:
    for _ in range(5):
        assert try_in(browser_).status == 422
    page = try_in(browser_, PASSWORD)
    assert page.status == 429
    assert int(page.headers["Retry-After"]) in {1, 2}
    assert re.search(
        r"Zu viele Versuche\. Bitte versuchen Sie es in [12] Sekunden? erneut", page.text
    )
    assert f'value="{ANDREA}"' in page.html
    with moved_by(seconds=3):
        assert "Herzlich willkommen" in try_in(browser_, PASSWORD).text


@pytest.mark.usefixtures("customer")
def test_who_is_unknown_or_locked_waits_like_everybody(app: Flask) -> None:
    make_customer(email="gesperrt@example.org", disabled_at=clock.now())
    answers = []
    for email in (ANDREA, "niemand@example.org", "gesperrt@example.org"):
        browser = stranger(app, f"192.0.2.{len(answers) + 1}")
        pages = [try_in(browser, email=email) for _ in range(6)]
        answers.append([(page.status, re.sub(r"[12] Sekunden?", "n", page.text)) for page in pages])
    assert answers[0] == answers[1] == answers[2]
    assert [status for status, _ in answers[0]] == [422] * 5 + [429]


def test_a_wait_is_no_failure(browser_: Browser, customer: CustomerAccount) -> None:
    guess_by_strangers(customer, 5)
    for _ in range(3):
        assert try_in(browser_).status == 429
    assert db.session.scalar(select(func.count(LoginFailure.id))) == 5


@pytest.mark.usefixtures("customer")
def test_the_owner_of_a_hammered_account_gets_in_on_a_known_device(
    browser_: Browser, customer: CustomerAccount
) -> None:
    try_in(browser_, PASSWORD)
    browser_.submit("LOGOUT")
    # From everywhere, also from the owner's own address.
    guess_by_strangers(customer, 70)
    guess_by_strangers(customer, 40, address="127.0.0.1")
    assert try_in(stranger(browser_.client.application), PASSWORD).status == 429
    assert "Herzlich willkommen" in try_in(browser_, PASSWORD).text


@pytest.mark.usefixtures("customer")
def test_guessing_on_a_known_device_is_slowed_too(browser_: Browser) -> None:
    try_in(browser_, PASSWORD)
    browser_.submit("LOGOUT")
    assert [try_in(browser_).status for _ in range(6)] == [422] * 5 + [429]
    assert "Herzlich" in try_in(stranger(browser_.client.application), PASSWORD).text


def test_a_known_device_is_known_to_its_owner_only(
    browser_: Browser, customer: CustomerAccount
) -> None:
    make_customer(email="boris@example.org")
    try_in(browser_, PASSWORD, email="boris@example.org")
    browser_.submit("LOGOUT")
    guess_by_strangers(customer, 20)
    assert try_in(browser_, PASSWORD).status == 429


def test_after_a_pause_another_address_gets_in_with_the_right_password(
    app: Flask, customer: CustomerAccount
) -> None:
    guess_by_strangers(customer, 25)
    assert try_in(stranger(app), PASSWORD).status == 429
    with moved_by(minutes=15, seconds=1):
        assert "Herzlich willkommen" in try_in(stranger(app), PASSWORD).text


def test_after_a_hundred_failures_only_a_new_password_helps(
    app: Flask, customer: CustomerAccount
) -> None:
    guess_by_strangers(customer, 100)
    browser = stranger(app)
    with moved_by(hours=30):
        assert try_in(browser, PASSWORD).status == 429
        browser.open("/passwort-vergessen")
        browser.submit("Link", email=ANDREA)
        found = re.search(r"/passwort-neu/[\w-]+", mails("Neues Passwort")[0].text)
        assert found
        browser.open(found[0])
        browser.submit("Passwort", password="neu2#xyz-lang", repeated="neu2#xyz-lang")
        assert "Herzlich willkommen" in try_in(browser, "neu2#xyz-lang").text


def test_the_owner_of_a_hammered_account_gets_one_mail_a_day(
    app: Flask, customer: CustomerAccount
) -> None:
    guess_by_strangers(customer, 18)
    with moved_by(minutes=5):
        try_in(stranger(app))
        assert mails("vergebliche") == []
    for minutes in (10, 30, 50):
        with moved_by(minutes=minutes):
            assert try_in(stranger(app)).status == 422
    (mail,) = mails("vergebliche")
    assert mail.recipient == ANDREA
    assert "20-mal vergeblich" in mail.text
    assert re.search(r"/passwort-neu/[\w-]+", mail.text)
    with moved_by(hours=25):
        guess_by_strangers(customer, 19)
    with moved_by(hours=25, minutes=20):
        try_in(stranger(app))
    assert len(mails("vergebliche")) == 2


def test_thirty_guesses_from_one_address_are_enough(app: Flask) -> None:
    for _ in range(30):
        guess_by_strangers(make_customer(), 1, address="203.0.113.1")
    make_customer(email=ANDREA)
    assert try_in(stranger(app, "203.0.113.1"), PASSWORD).status == 429
    assert "Herzlich willkommen" in try_in(stranger(app, "203.0.113.2"), PASSWORD).text


def test_ones_own_login_does_not_reset_what_strangers_or_neighbours_did(
    app: Flask, customer: CustomerAccount
) -> None:
    guess_by_strangers(customer, 4)
    browser = stranger(app)
    try_in(browser)
    with moved_by(seconds=3):
        try_in(browser, PASSWORD)
    assert db.session.scalar(select(func.count(LoginFailure.id))) == 4


def test_guesses_within_a_stolen_session_are_slowed(browser_: Browser, app: Flask) -> None:
    make_customer(email=ANDREA)
    try_in(browser_, PASSWORD)
    statuses = []
    for _ in range(6):
        browser_.open("/konto/bestaetigung")
        statuses.append(browser_.submit("Bestätigen", password=WRONG).status)
    assert statuses == [422] * 5 + [429]
    assert "Zu viele Versuche" in browser_.page.text
    assert "Herzlich willkommen" in try_in(stranger(app), PASSWORD).text


def test_staff_are_slowed_alike(browser_: Browser) -> None:
    make_staff(email="buero@example.org")
    for _ in range(5):
        browser_.open("/verwaltung/login")
        browser_.submit("Anmelden", email="buero@example.org", password=WRONG)
    page = show_password(browser_, "buero@example.org")
    assert page.status == 429
    assert "Zu viele Versuche" in page.text


def test_eight_clients_at_once_try_no_more_than_one_after_the_other(
    app: Flask, customer: CustomerAccount
) -> None:
    start, address_of = Barrier(CLIENTS), "192.0.2.{}".format
    db.session.rollback()

    def hammer(number: int) -> list[Verdict]:
        with app.app_context():
            person = db.session.get_one(CustomerAccount, customer_id)
            guess = Guess(
                account=person.actor_name,
                person=person,
                visit=Visit(address_of(number)),
                stored=person.password_hash,
                password=WRONG,
            )
            start.wait()
            return [check_guess(guess, **tools) for _ in range(3)]

    customer_id = customer.id
    tools = {name: app.extensions[f"kmz_{name}"] for name in ("passwords", "vault")}
    db.session.rollback()
    with ThreadPoolExecutor(CLIENTS) as pool:
        verdicts = [verdict for found in pool.map(hammer, range(CLIENTS)) for verdict in found]
    tried = [verdict for verdict in verdicts if not verdict.wait]
    assert not any(verdict.fits for verdict in verdicts)
    written = db.session.scalar(select(func.count(LoginFailure.id)))
    assert written == len(tried)
    # Five are free; hashing takes so long that one or two delays may end meanwhile.
    assert 5 <= len(tried) <= 7


def test_eight_guesses_at_once_from_one_address_count_together(app: Flask) -> None:
    start = Barrier(CLIENTS)
    guess_by_strangers(make_customer(), 18, address="192.0.2.1")
    tools = {name: app.extensions[f"kmz_{name}"] for name in ("passwords", "vault")}

    def spray(number: int) -> Verdict:
        with app.app_context():
            guess = Guess(f"customer:nobody{number}", None, None, WRONG, Visit("192.0.2.1"))
            start.wait()
            return check_guess(guess, **tools)

    with ThreadPoolExecutor(CLIENTS) as pool:
        verdicts = list(pool.map(spray, range(CLIENTS)))
    assert sum(not verdict.wait for verdict in verdicts) == 2

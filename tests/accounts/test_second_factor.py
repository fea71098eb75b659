"""Staff reach nothing without a second factor, and every code opens one door once (V6.5, V6.6)."""

import re
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.accounts import factors
from kmz.accounts.actions.devices import Visit
from kmz.accounts.actions.second_factor import Proof, prove_by_app
from kmz.accounts.actions.sessions import LoginTokens
from kmz.accounts.models import LoginSession, StaffRecoveryCode, StaffTotp, StaffUser
from kmz.audit.models import AuditEntry
from kmz.clock import moved_by
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.factories import APP_SECRET, STAFF_PASSWORD, make_staff
from tests.page import Browser, Page
from tests.steps import code_at, log_in_staff, next_code, printed_codes, send, show_password

OFFICE = "buero@example.org"
ASKED = ["Zweiter Faktor"]


@pytest.fixture
def staff(app: Flask) -> StaffUser:
    return make_staff(email=OFFICE)


def here() -> int:
    return factors.step_of(clock.now())


def wrong_code() -> str:
    good = {code_at(here() + offset) for offset in range(-2, 3)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in good)


def show_code(browser: Browser, code: str) -> Page:
    show_password(browser, OFFICE)
    return browser.submit("Bestätigen", code=code)


def actions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.mark.usefixtures("staff")
def test_password_and_code_lead_to_the_page_that_was_asked_for(browser_: Browser) -> None:
    browser_.open("/verwaltung/kurse")
    browser_.submit("Anmelden", email=OFFICE, password=STAFF_PASSWORD)
    assert browser_.page.headings == ASKED
    assert "Kurse" not in browser_.page.text
    assert browser_.submit("Bestätigen", code=code_at(here())).path == "/verwaltung/kurse"


@pytest.mark.usefixtures("staff")
def test_the_token_changes_with_the_second_factor(browser_: Browser) -> None:
    show_password(browser_, OFFICE)
    before = browser_.client.get_cookie("kmz_staff")
    browser_.submit("Bestätigen", code=code_at(here()))
    after = browser_.client.get_cookie("kmz_staff")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    browser_.client.set_cookie("kmz_staff", before.value)
    assert browser_.open("/verwaltung").path == "/verwaltung/login"


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(("offset", "good"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_be_one_step_apart(browser_: Browser, offset: int, good: bool) -> None:  # noqa: FBT001
    moment = clock.now().replace(second=10)
    with moved_by(seconds=(moment - clock.now()).total_seconds()):
        page = show_code(browser_, code_at(here() + offset))
    assert (page.path == "/verwaltung") is good


@pytest.mark.usefixtures("staff")
def test_a_code_opens_one_login_once(app: Flask, browser_: Browser) -> None:
    code = code_at(here())
    assert show_code(browser_, code).path == "/verwaltung"
    second = show_code(Browser(app.test_client()), code)
    assert (second.status, second.headings) == (422, ASKED)
    assert "schon benutzt" in second.text


@pytest.mark.usefixtures("staff")
def test_an_older_code_than_the_last_one_is_refused(app: Flask, browser_: Browser) -> None:
    assert show_code(browser_, code_at(here() + 1)).path == "/verwaltung"
    assert show_code(Browser(app.test_client()), code_at(here())).status == 422


def test_of_eight_at_once_with_one_code_one_wins(app: Flask, staff: StaffUser) -> None:
    now = clock.now()
    with transaction() as session:
        logins = [
            LoginSession(
                token_hash=str(number),
                staff_id=staff.id,
                created_at=now,
                authenticated_at=now,
                last_seen_at=now,
            )
            for number in range(8)
        ]
        session.add_all(logins)
    ids, staff_id, code = [login.id for login in logins], staff.id, code_at(here())

    def prove(login_id: int) -> bool:
        with app.app_context():
            person = db.session.get_one(StaffUser, staff_id)
            login = db.session.get_one(LoginSession, login_id)
            proof = Proof(person, login, code, Visit("127.0.0.1"))
            answer = prove_by_app(proof, vault=app.extensions["kmz_vault"])
            db.session.remove()
            return isinstance(answer, LoginTokens)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(prove, ids)) == [False] * 7 + [True]


@pytest.mark.usefixtures("staff")
def test_guessing_codes_is_slowed(app: Flask, browser_: Browser) -> None:
    """ASVS 6.6.3: after five wrong codes the right one waits too, in a fresh browser as well."""
    show_password(browser_, OFFICE)
    for _ in range(5):
        assert "stimmt nicht" in browser_.submit("Bestätigen", code=wrong_code()).text
    assert "Zu viele Versuche" in browser_.submit("Bestätigen", code=code_at(here())).text
    stranger = Browser(app.test_client())
    assert "Zu viele Versuche" in show_code(stranger, code_at(here())).text
    with moved_by(seconds=61):
        browser_.open("/verwaltung/zweiter-faktor")
        assert browser_.submit("Bestätigen", code=next_code(OFFICE)).path == "/verwaltung"


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "x" * 5000, "' --"])
def test_what_is_no_code_is_refused(browser_: Browser, code: str) -> None:
    page = show_code(browser_, code)
    assert (page.status, page.headings) == (422, ASKED)


def set_up(browser: Browser) -> Page:
    found = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", browser.page.html)
    assert found is not None
    secret = found[1].replace(" ", "")
    return browser.submit("App einrichten", code=pyotp.TOTP(secret).generate_otp(here()))


def test_the_first_login_sets_up_an_app_and_prints_ten_codes(browser_: Browser) -> None:
    make_staff(email=OFFICE, app=False)
    page = show_password(browser_, OFFICE)
    assert "data:image/svg+xml" in page.html
    assert page.headers["Cache-Control"] == "no-store"
    assert "stimmt nicht" in browser_.submit("App einrichten", code="123").text
    page = set_up(browser_)
    assert page.headings == ["Wiederherstellungscodes"]
    codes = printed_codes(browser_.submit("Codes erzeugen"))
    assert len(set(codes)) == 10
    assert codes[0] not in browser_.open("/verwaltung/zugang/codes").text
    stored = db.session.scalars(select(StaffRecoveryCode.code_hash)).all()
    assert all(code_hash.startswith("$argon2id$") for code_hash in stored)
    assert {"second_factor.added", "login.completed", "recovery_codes.renewed"} <= set(actions())
    kinds = db.session.scalars(select(OutgoingMail.kind)).all()
    assert "M06" in kinds


def test_a_secret_shown_to_another_login_sets_up_nothing(app: Flask, browser_: Browser) -> None:
    make_staff(email=OFFICE, app=False)
    show_password(browser_, OFFICE)
    sealed = dict(browser_.page.form(button="App einrichten").fields)["sealed"]
    other = Browser(app.test_client())
    show_password(other, OFFICE)
    for foreign in (sealed, "", "x"):
        page = send(other, "/verwaltung/zweiter-faktor/app", sealed=foreign, code="123456")
        assert page.headings == ["App einrichten"]
    assert db.session.scalars(select(StaffTotp)).all() == []


def test_of_two_first_setups_the_second_is_refused(app: Flask, browser_: Browser) -> None:
    """Whoever knows the password alone does not replace the factor that the owner just set up."""
    make_staff(email=OFFICE, app=False)
    thief = Browser(app.test_client())
    show_password(thief, OFFICE)
    show_password(browser_, OFFICE)
    assert set_up(browser_).headings == ["Wiederherstellungscodes"]
    assert set_up(thief).headings == ASKED


@pytest.mark.usefixtures("staff")
def test_another_app_replaces_the_first(app: Flask, browser_: Browser) -> None:
    log_in_staff(browser_, OFFICE)
    browser_.open("/verwaltung/zweiter-faktor/app")
    assert "gilt danach nicht mehr" in browser_.page.text
    set_up(browser_)
    secret = db.session.scalars(select(StaffTotp.secret)).one()
    assert secret != APP_SECRET
    assert show_code(Browser(app.test_client()), code_at(here() + 1)).status == 422


@pytest.mark.usefixtures("staff")
def test_the_only_factor_cannot_be_removed(browser_: Browser) -> None:
    log_in_staff(browser_, OFFICE)
    browser_.open("/verwaltung/zugang")
    assert "einziger zweiter Faktor" in browser_.submit("App entfernen").text
    assert db.session.scalars(select(StaffTotp)).all()

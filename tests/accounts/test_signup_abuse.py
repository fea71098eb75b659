"""What people try with a sign-up (REG rows of the abuse cases)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from kmz.accounts.actions import signup
from kmz.accounts.models import CustomerAccount, SignupRequest
from kmz.accounts.queries import find_customer
from kmz.db import db
from kmz.mail.models import OutgoingMail
from tests.accounts.test_signup import PERSON, last_mail, link_in, sign_up
from tests.factories import PASSWORD, make_customer
from tests.page import Browser
from tests.steps import send

LOOK_ALIKES = ("mıke@example.org", "mikе@example.org", "ｍike@example.org", "miKe@example.org")


@pytest.mark.parametrize("spelling", ["MIKE@EXAMPLE.ORG", "Mike@example.org", " mike@example.org "])
def test_case_variants_are_the_known_address(browser_: Browser, spelling: str) -> None:
    make_customer(email="mike@example.org")
    sign_up(browser_, signup_email=spelling)
    assert last_mail("M02").recipient == "mike@example.org"


@pytest.mark.parametrize("other", LOOK_ALIKES)
def test_mail_for_a_look_alike_never_goes_to_the_real_mailbox(
    browser_: Browser, other: str
) -> None:
    make_customer(email="mike@example.org")
    sign_up(browser_, signup_email=other)
    browser_.open("/passwort-vergessen")
    browser_.submit("Link anfordern", email=other)
    for mail in db.session.scalars(select(OutgoingMail)):
        known = mail.recipient == "mike@example.org"
        assert known == (mail.kind in {"M02", "M04"})


def test_only_the_confirmed_wish_lives_on(app: Flask, browser_: Browser) -> None:
    """Pre-hijacking: somebody signs the victim up first, the victim confirms the own mail."""
    attacker = Browser(app.test_client())
    sign_up(attacker, signup_password="angreifer1#", signup_repeated="angreifer1#")
    trap = link_in(last_mail("M01"))
    sign_up(browser_)
    browser_.open(link_in(last_mail("M01")))
    browser_.submit("Registrierung bestätigen")
    assert attacker.open(trap).status == 410
    attacker.open("/registrieren/gesendet")
    attacker.submit("Link erneut senden")
    last = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id.desc())).first()
    assert last is not None
    assert last.kind == "M03"
    attacker.open("/login")
    page = attacker.submit("Anmelden", login_email="neu@example.org", login_password="angreifer1#")
    assert page.status == 422


def test_fields_that_the_form_does_not_have_are_ignored(browser_: Browser) -> None:
    names = (
        *("id", "role", "is_admin", "admin", "staff", "verified", "confirmed", "confirmed_at"),
        *("shared", "school_id", "school_username", "email_key", "password_hash", "version"),
        *("customer_id", "created_at", "expires_at", "token_hash", "resend_hash", "balance"),
        *("disabled_at", "closed_at", "text_version"),
    )
    extra = dict.fromkeys(names, "1")
    both = extra | {f"signup__{name}": value for name, value in extra.items()}
    person = {name.replace("_", "__", 1): value for name, value in PERSON.items()}
    browser_.open("/login")
    send(browser_, "/registrieren", **person, **both)
    wish = db.session.scalars(select(SignupRequest)).one()
    assert (wish.confirmed_at, wish.customer_id) == (None, None)
    assert wish.text_version == signup.TEXT_VERSION
    browser_.open(link_in(last_mail("M01")))
    browser_.submit("Registrierung bestätigen")
    made = find_customer("neu@example.org")
    assert made is not None
    assert (made.shared, made.school_id, made.disabled_at) == (False, None, None)


@pytest.mark.parametrize(
    "name",
    [
        "Gewinn http://boese.example",
        "gewonnen auf boese.example",
        "www.boese",
        "schreib@boese.example",
        "<b>Fett</b>",
        "Erste\r\nBcc: alle@example.org",
        "Um\u202egekehrt",
    ],
)
def test_a_name_that_is_an_address_or_markup_is_refused_and_not_mailed(
    browser_: Browser, name: str
) -> None:
    assert sign_up(browser_, signup_first_name=name).status == 422
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 0


@pytest.mark.parametrize("name", ["Dr. Hans-J.", "O’Brien", "von der Au", "J.R. Ph.D.", "Łukasz"])
def test_names_of_real_people_are_accepted(browser_: Browser, name: str) -> None:
    assert "Fast geschafft" in sign_up(browser_, signup_first_name=name).text


def test_a_line_break_in_the_address_is_refused(browser_: Browser) -> None:
    page = sign_up(browser_, signup_email="neu@example.org\r\nBcc: alle@example.org")
    assert page.status == 422


def test_eight_sign_ups_and_eight_clicks_at_once_make_one_account(app: Flask) -> None:
    applicant = signup.Applicant("neu@example.org", "Zoë", "Muster", "x", "y")

    def ask(_: int) -> None:
        with app.app_context():
            signup.request_signup(applicant)

    def click(token: str) -> bool:
        with app.app_context():
            return signup.confirm_signup(token, confirmed_from="y") is not None

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
        mails = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M01")).all()
        tokens = [link_in(mail).rpartition("/")[2] for mail in mails]
        db.session.rollback()
        won = list(pool.map(click, (tokens * 8)[:8]))
    assert sum(won) == 1
    assert db.session.scalar(select(func.count()).select_from(CustomerAccount)) == 1


def test_a_link_opens_nothing_but_what_it_was_made_for(browser_: Browser) -> None:
    sign_up(browser_)
    token = link_in(last_mail("M01")).rpartition("/")[2]
    for address in ("/passwort-neu/", "/e-mail-bestaetigung/"):
        assert browser_.open(address + token).status == 410
    assert browser_.open("/registrieren/bestaetigung/" + token).status == 200
    assert len(token) >= 43
    assert PASSWORD not in browser_.page.html

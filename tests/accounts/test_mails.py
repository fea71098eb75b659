"""What every mail of an account tells (M01–M04, M06, M07): where, when, and what if not me."""

import re

import pytest
from flask import Flask

from kmz.accounts import mails
from kmz.accounts.actions import addresses, passwords, signup
from kmz.db import transaction
from kmz.mail.models import OutgoingMail
from tests.accounts.test_addresses import link_to
from tests.factories import make_customer

OLD, NEW, KNOWN = "andrea@example.org", "neu@example.org", "alt@example.org"


@pytest.fixture
def letters(app: Flask) -> list[OutgoingMail]:
    """One mail of every kind that an account sends."""
    customer = make_customer(email=OLD)
    make_customer(email=KNOWN)
    for email in ("zoe@example.org", KNOWN):
        signup.request_signup(signup.Applicant(email, "Zoë", "Muster", "x", "y"))
    passwords.request_reset(email=OLD)
    addresses.request_address_change(customer.id, new_email=KNOWN, by=customer)
    addresses.request_address_change(customer.id, new_email=NEW, by=customer)
    addresses.confirm_address_change(link_to(NEW).rpartition("/")[2])
    with transaction() as session:
        mails.send_welcome(session, customer)
        mails.send_password_changed(session, customer)
        return list(session.query(OutgoingMail))


def test_there_is_one_of_every_kind(letters: list[OutgoingMail]) -> None:
    assert {mail.kind for mail in letters} == {"M01", "M02", "M03", "M04", "M06", "M07"}
    assert len({mail.subject for mail in letters}) == 8


def test_each_names_address_and_time_and_what_to_do_if_it_was_not_me(
    letters: list[OutgoingMail],
) -> None:
    for mail in letters:
        for body in (mail.text, mail.html):
            assert mail.recipient in body, mail.subject
            assert re.search(r"Zeitpunkt: \d\d\.\d\d\.\d{4}", body), mail.subject
            assert re.search(
                r"Waren Sie das nicht\?|nicht registriert\?|kein neues Passwort angefordert\?", body
            ), mail.subject


def test_none_loads_anything_from_elsewhere(letters: list[OutgoingMail]) -> None:
    for mail in letters:
        assert not re.search(r"<(?:img|link|script|iframe)\b|url\(|@import", mail.html)

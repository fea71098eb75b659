"""A personal address at a login by Schulnummer (C21, domain.md 3.4)."""

from kmz import clock
from kmz.accounts.actions import addresses
from kmz.accounts.models import CustomerAccount, School
from kmz.accounts.queries import find_customer
from kmz.db import db, transaction
from tests.accounts.test_addresses import NEW, link_to
from tests.factories import make_customer
from tests.page import Browser
from tests.steps import log_in


def make_school_login(**fields: object) -> CustomerAccount:
    """A login by Schulnummer without a mail address."""
    with transaction() as session:
        school = School(number="04101234", name="Grundschule Beispiel", created_at=clock.now())
        session.add(school)
        session.flush()
        return make_customer(email="", school_id=school.id, school_username="lehrer", **fields)


def test_a_school_login_of_a_person_gets_the_mail_login_beside_it(
    browser_: Browser,
) -> None:
    person = make_school_login()
    addresses.request_address_change(person.id, new_email=NEW, by=person)
    browser_.open(link_to(NEW))
    browser_.submit("E-Mail-Adresse bestätigen")
    found = find_customer(NEW)
    assert found is not None
    assert (found.id, found.school_username) == (person.id, "lehrer")
    assert "Herzlich willkommen" in log_in(browser_, NEW).text


def test_somebody_at_a_shared_login_gets_an_account_of_their_own(browser_: Browser) -> None:
    shared = make_school_login(shared=True)
    addresses.request_address_change(shared.id, new_email=NEW, by=shared)
    browser_.open(link_to(NEW))
    page = browser_.submit(
        "Registrieren", first_name="Cem", last_name="Muster", password="kurz", repeated="kurz"
    )
    assert page.status == 422
    own = "eigenes1#passwort"
    browser_.submit(
        "Registrieren", first_name="Cem", last_name="Muster", password=own, repeated=own
    )
    made = find_customer(NEW)
    assert made is not None
    assert made.id != shared.id
    assert (made.school_id, made.school_username, made.shared) == (shared.school_id, None, False)
    school_hash = db.session.get_one(CustomerAccount, shared.id).password_hash
    assert school_hash == shared.password_hash
    browser_.open("/login")
    page = browser_.submit("Anmelden", login_email=NEW, login_password=own)
    assert page.headings == ["Herzlich willkommen, Cem Muster"]


def test_the_link_of_a_shared_login_never_changes_the_school_s_account(browser_: Browser) -> None:
    shared = make_school_login(shared=True)
    addresses.request_address_change(shared.id, new_email=NEW, by=shared)
    assert addresses.confirm_address_change(link_to(NEW).rpartition("/")[2]) is None
    assert db.session.get_one(CustomerAccount, shared.id).email == ""


def test_people_at_a_shared_login_do_not_end_each_other_s_links(browser_: Browser) -> None:
    shared = make_school_login(shared=True)
    for email in ("anna@example.org", "ben@example.org"):
        addresses.request_address_change(shared.id, new_email=email, by=shared)
    assert browser_.open(link_to("anna@example.org")).status == 200
    assert browser_.open(link_to("ben@example.org")).status == 200

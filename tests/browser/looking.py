"""What the tests of looks look at: people with something on every page, and the pages."""

import re
from datetime import timedelta

from sqlalchemy import select

from kmz import clock
from kmz.accounts.actions import addresses as own_addresses
from kmz.accounts.actions.passwords import request_reset
from kmz.accounts.actions.signup import Applicant, request_signup
from kmz.accounts.models import CustomerAccount, StaffUser
from kmz.alerts.actions import ordering
from kmz.alerts.wanted import WantedSearch, WantedSeat
from kmz.booking.models import Booking, Participant
from kmz.booking.people.actions import add_participant
from kmz.booking.rules import ParticipantName, PersonData
from kmz.catalog.actions.synonyms import add_synonyms
from kmz.catalog.models import Course
from kmz.catalog.search import catalog_search
from kmz.contact.actions.persons import PersonDetails, save_person
from kmz.contact.actions.requests import Question, ask
from kmz.contact.models import ContactPerson, ContactRequest
from kmz.db import db
from kmz.mail.models import OutgoingMail
from kmz.recovery.actions import addresses, cases, links
from kmz.recovery.models import RecoveryCase
from tests.browser.conftest import LONG_TITLE
from tests.browser.looking_booking import fill_booking
from tests.browser.looking_imports import fill_imports
from tests.browser.looking_leaving import fill_leaving
from tests.browser.looking_programme import fill_programme
from tests.factories import (
    make_bank_account,
    make_course,
    make_customer,
    make_request,
    make_school,
    make_school_customer,
    make_staff,
)

CUSTOMER, BOSS = "viel@example.org", "leitung@example.org"
SCHOOL, FIRST_TIME, NEWCOMER = "04712", "erstmals", "neu-im-buero@example.org"
_HOURS = timedelta(hours=72)


def fill_pages() -> dict[str, object]:
    """Make somebody for every page; what stands in its address."""
    school = make_school(number=SCHOOL, name=f"Berufliche Schule {LONG_TITLE}")
    customer = make_school_customer(school, email=CUSTOMER)
    make_school_customer(school, username="", shared=True)
    make_school_customer(school, username=FIRST_TIME, password_is_initial=True)
    make_bank_account(customer)
    course = make_course(title="Gebucht")
    for booked in (course, make_course(title=LONG_TITLE)):
        make_request(customer, booked)
    add_participant(customer.id, PersonData(ParticipantName("Mia", "Beispiel"), "child"))
    make_staff(email=NEWCOMER, app=False)
    boss = make_staff(email=BOSS, role="admin")
    synonyms = add_synonyms(f"Yoga, {LONG_TITLE}", by=boss)
    add_synonyms("Yoga, Asana", by=boss)
    programme = fill_programme()
    catalog_search().refresh()
    return {
        "participant": db.session.scalars(select(Participant.id)).first(),
        "booking": db.session.scalars(
            select(Booking.id).where(Booking.customer_id == customer.id)
        ).first(),
        "course": course.id,
        "synonyms": synonyms.id,
        **programme,
        **fill_imports(LONG_TITLE, boss),
        **fill_booking(customer, LONG_TITLE),
        **fill_leaving(customer, LONG_TITLE, boss),
        "customer": customer.id,
        "school": school.id,
        "colleague": make_staff().id,
        **_contact(customer, boss),
        **_mailed_links(customer),
        **_alerts(customer),
        **_recovery(customer, boss),
    }


def _alerts(customer: CustomerAccount) -> dict[str, object]:
    """Something to be told of, for the customer and for a guest."""
    full = make_course(title=LONG_TITLE, seats_taken=10)
    for wanted in (WantedSearch("q=gesucht", f"„{LONG_TITLE}“"), WantedSeat(full.id)):
        ordering.order(customer, wanted)
        ordering.ask(ordering.Guest("gast@example.org", ""), wanted)
    return {
        "full": full.slug,
        "confirm_alert": _mailed_path("/benachrichtigung/bestaetigung/"),
        "end_alert": _mailed_path("/benachrichtigung/ende/"),
    }


def _contact(customer: CustomerAccount, boss: StaffUser) -> dict[str, object]:
    """A question with everything in it, and somebody who answers."""
    question = Question(
        LONG_TITLE[:100],
        CUSTOMER,
        f"Ich habe eine Frage zu {LONG_TITLE}.\nUnd noch eine.",
        phone="+49 1234 567890",
        callback_window="nachmittags",
        course=db.session.scalars(select(Course).limit(1)).one(),
    )
    ask(question, customer=customer)
    email = f"{LONG_TITLE[:50].lower()}@example.org"
    details = PersonDetails(None, "Frau Muster", LONG_TITLE, email, "01234 5", "Mo–Do 9–12 Uhr")
    save_person(details, person_id=None, version=1, by=boss)
    return {
        "question": db.session.scalars(select(ContactRequest.id)).first(),
        "person": db.session.scalars(select(ContactPerson.id)).first(),
    }


def _mailed_links(customer: CustomerAccount) -> dict[str, str]:
    request_signup(Applicant("zoe@example.org", "Zoë", "Muster", "x", "y"))
    request_reset(email=CUSTOMER)
    own_addresses.request_address_change(
        customer.id, new_email="auch-viel@example.org", by=customer
    )
    return {
        "signup": _mailed_path("/registrieren/bestaetigung/"),
        "reset": _mailed_path("/passwort-neu/"),
        "new_address": _mailed_path("/e-mail-bestaetigung/"),
    }


def _recovery(customer: CustomerAccount, boss: StaffUser) -> dict[str, object]:
    """A case of the customer, one of nobody, and somebody whose new address the office entered."""
    moved = make_customer(email="umgezogen@example.org", last_name=LONG_TITLE)
    addresses.change_address(
        moved.id,
        new_email=f"{LONG_TITLE[:50].lower()}@example.org",
        reason="Postfach gekündigt",
        identification=["street", "call_back"],
        lifetime=_HOURS,
        case_id=None,
        by=boss,
    )
    links.request_link(moved.id, case_id=None, lifetime=_HOURS, by=boss)
    for name in ("Andrea Beispiel", LONG_TITLE):
        token = cases.open_case(
            name=name,
            message=f"Benötige neue Zugangsdaten. {LONG_TITLE}",
            contact_email="",
            due_on=clock.today(),
        )
    case, other = db.session.scalars(
        select(RecoveryCase.id).order_by(RecoveryCase.id.desc()).limit(2)
    )
    cases.assign_customer(case, customer.id, by=boss)
    return {
        "objection": _mailed_path("/e-mail-widerspruch/"),
        "status": f"/kein-zugriff/{token}",
        "case": case,
        "other_case": other,
    }


def _mailed_path(start: str) -> str:
    """The newest link in a mail that begins so."""
    texts = db.session.scalars(select(OutgoingMail.text).order_by(OutgoingMail.id.desc()))
    return next(found[0] for text in texts if (found := re.search(rf"{start}\S+", text)))

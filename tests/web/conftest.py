"""A small portal with somebody in every role, and all its addresses filled in."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from kmz import clock
from kmz.accounts.models import CustomerAccount, LoginSession, StaffUser
from kmz.alerts.actions.ordering import order
from kmz.alerts.models import SavedSearch, SeatAlert
from kmz.alerts.wanted import WantedSearch, WantedSeat
from kmz.banking.models import BankAccount
from kmz.booking.checkout.actions.drafts import save_draft
from kmz.booking.checkout.drafted import fresh_content
from kmz.booking.leaving.actions.withdrawing import declare
from kmz.booking.leaving.withdrawal_rules import Declaration
from kmz.booking.models import (
    Booking,
    ConcessionReason,
    ConcessionStatus,
    Participant,
    Refund,
    WaitlistEntry,
    WaitlistStatus,
)
from kmz.booking.office.decisions import confirm_bookings
from kmz.booking.people.actions import add_participant
from kmz.booking.rules import CartOwner, ParticipantName, PersonData, participant_key
from kmz.catalog.actions.booking_openings import add_opening
from kmz.catalog.actions.import_runs import CourseFile, hand_in
from kmz.catalog.actions.policies import save_policy
from kmz.catalog.actions.synonyms import add_synonyms
from kmz.catalog.actions.watchlist import watch_course
from kmz.catalog.models import Course
from kmz.catalog.search import catalog_search
from kmz.contact.actions.persons import PersonDetails, save_person
from kmz.contact.actions.requests import Question, ask
from kmz.contact.models import ContactPerson, ContactRequest
from kmz.db import Base, db, transaction
from kmz.recovery.actions.cases import assign_customer, open_case
from kmz.recovery.models import RecoveryCase, RecoveryLink
from tests.factories import (
    make_bank_account,
    make_course,
    make_request,
    make_school,
    make_school_customer,
    make_staff,
)
from tests.page import Browser
from tests.steps import log_in, log_in_staff

CUSTOMER, OFFICE, FINANCE, ADMIN = (
    f"{name}@example.org" for name in ("andrea", "buero", "kasse", "leitung")
)


@dataclass
class World:
    """The portal, and the values that stand in its addresses."""

    app: Flask
    customer: CustomerAccount
    course: Course
    values: dict[str, object]

    def address(self, rule: Rule) -> str:
        """The address of a rule for things that exist and belong to the customer."""
        values: dict[str, object] = {name: self.values.get(name, "x") for name in rule.arguments}
        if rule.rule.startswith("/verwaltung/texte"):
            values["key"] = "terms"
        with self.app.test_request_context():
            built = self.app.url_map.bind("localhost").build(rule.endpoint, values)
        return built.partition("?")[0]  # an endpoint may have a second rule with more parts

    def rules(self, method: str, prefix: str = "/") -> Iterator[Rule]:
        for rule in self.app.url_map.iter_rules():
            if method in (rule.methods or ()) and rule.rule.startswith(prefix):
                yield rule

    def addresses(self, method: str, prefix: str = "/") -> list[str]:
        """Every address of the portal that takes this method."""
        return [self.address(rule) for rule in self.rules(method, prefix)]

    def visitor(self) -> Browser:
        return Browser(self.app.test_client())

    def as_customer(self) -> Browser:
        browser = self.visitor()
        log_in(browser, CUSTOMER)
        return browser

    def as_staff(self, email: str = OFFICE) -> Browser:
        browser = self.visitor()
        log_in_staff(browser, email)
        return browser


@pytest.fixture
def world(app: Flask) -> World:
    school = make_school()
    customer = make_school_customer(school, email=CUSTOMER)
    make_bank_account(customer)
    office = make_staff(email=OFFICE)
    make_staff(email=FINANCE, role="finance")
    make_staff(email=ADMIN, role="admin")
    course, other, booked = (make_course(title=f"Kurs {letter}") for letter in "ABC")
    make_request(customer, booked)
    booking = db.session.scalars(select(Booking)).one()
    confirm_bookings([booking.id], by=office)
    make_request(customer, other)
    watch_course(customer.id, other.id)
    account = db.session.scalars(select(BankAccount.id)).one()
    content = replace(fresh_content([course.id]), bank_account_id=account, is_ready=True)
    draft_key = save_draft(CartOwner(customer_id=customer.id), content)
    case_id, link_id = _make_recovery(customer, office)
    add_participant(customer.id, PersonData(ParticipantName("Mia", "Beispiel")))
    participant = db.session.scalars(select(Participant.id)).one()
    search_id, alert_id = _make_alerts(customer)
    catalog_search().refresh()
    values = {
        "slug": course.slug,
        "version": "agb-1",
        "key": draft_key,
        "booking_id": booking.id,
        "course_id": course.id,
        "entry_id": _wait(customer, course),
        "account_id": account,
        "participant_id": participant,
        "search_id": search_id,
        "alert_id": alert_id,
        "login_id": 1,
        "passkey_id": 1,
        "venue_id": 1,
        "instructor_id": 1,
        "part": 0,
        "staff_id": office.id,
        "customer_id": customer.id,
        "school_id": school.id,
        "case_id": case_id,
        "link_id": link_id,
        "run_id": _hand_in_file(office),
        "document": "beleg",
        "reason_id": _claim(booking.id),
        "opening_id": add_opening("299", None, clock.now(), by=office).id,
        "group_id": add_synonyms("Yoga, Joga", by=office).id,
        "policy_id": save_policy(
            None, name="Kurz", steps="6: 100 %", note="", is_default=False, by=office
        ).id,
        "request_id": _ask(customer),
        "person_id": _add_person(office),
        "token": "kein-echter-link",
        **_make_leaving(booking.id),
    }
    return World(app, customer, course, values)


def _make_alerts(customer: CustomerAccount) -> tuple[int, int]:
    """What the customer wants to be told of."""
    order(customer, WantedSearch("q=kurs", "„kurs“"))
    order(customer, WantedSeat(make_course(seats_taken=10).id))
    search_id = db.session.scalars(select(SavedSearch.id)).one()
    return search_id, db.session.scalars(select(SeatAlert.id)).one()


def _make_leaving(booking_id: int) -> dict[str, object]:
    """A Widerruf for the office and an Erstattung for finance."""
    declared = declare(
        Declaration("Andrea Beispiel", "V26-1", CUSTOMER),
        token="kein-echter-link",
        booking_ids=[],
        customer=None,
        holidays=(),
        may_mail=True,
    )
    refund = Refund(
        booking_id=booking_id,
        amount_cents=500,
        cause="cancellation",
        noted_at=clock.now(),
        due_on=clock.today(),
    )
    with transaction() as session:
        session.add(refund)
    return {"withdrawal_id": declared.id, "refund_id": refund.id}


def _claim(booking_id: int) -> int:
    """Let a proof be missing for a booking; the id of the reason."""
    with transaction() as session:
        reason = ConcessionReason(code="studierende", label="Studierende", percent=25)
        session.add(reason)
        session.flush()
        booking = session.get_one(Booking, booking_id)
        booking.concession_reason_id = reason.id
        booking.concession_status = ConcessionStatus.CLAIMED
        booking.concession_fee_cents = 7350
        return reason.id


def _wait(customer: CustomerAccount, course: Course) -> int:
    """The customer's place on the Warteliste of the course."""
    name = ParticipantName(customer.first_name, customer.last_name)
    with transaction() as session:
        entry = WaitlistEntry(
            course_id=course.id,
            customer_id=customer.id,
            participant_first_name=name.first_name,
            participant_last_name=name.last_name,
            participant_key=participant_key(customer.id, name),
            status=WaitlistStatus.WAITING,
            waitlisted_at=clock.now(),
        )
        session.add(entry)
        session.get_one(Course, course.id).seats_waiting = 1
        session.flush()
        return entry.id


def _ask(customer: CustomerAccount) -> int:
    """A question of the customer."""
    ask(Question("Andrea", CUSTOMER, "Wann?", "01234 5", "abends"), customer=customer)
    return db.session.scalars(select(ContactRequest.id)).one()


def _add_person(office: StaffUser) -> int:
    details = PersonDetails(None, "Frau Muster", role="", email="", phone="", hours="")
    save_person(details, person_id=None, version=1, by=office)
    return db.session.scalars(select(ContactPerson.id)).one()


def _make_recovery(customer: CustomerAccount, office: StaffUser) -> tuple[int, int]:
    """A case and a link of the customer that waits for a second person."""
    open_case(name="Andrea", message="Hilfe", contact_email="", due_on=clock.today())
    case = db.session.scalars(select(RecoveryCase)).one()
    assign_customer(case.id, customer.id, by=office)
    link = RecoveryLink(
        case_id=case.id,
        customer_id=customer.id,
        way="mail",
        sent_to=customer.email,
        requested_by_id=office.id,
        created_at=clock.now(),
    )
    with transaction() as session:
        session.add(link)
    return case.id, link.id


def _hand_in_file(office: StaffUser) -> int:
    """A course file that waits for staff to say what its columns mean."""
    data = b"Code;Bezeichnung\r\n271-1;Kurs"
    file = CourseFile(
        name="kurse.csv", data=data, format_name="csv", source="haus", is_full=False, columns={}
    )
    return hand_in(file, by=office)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, for saying that nothing has changed."""
    db.session.rollback()
    rows = {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
    }
    db.session.rollback()
    return rows


def living_logins() -> int:
    query = select(LoginSession.id).where(LoginSession.ended_at.is_(None))
    return len(db.session.scalars(query).all())

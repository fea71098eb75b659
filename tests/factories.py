"""Plain functions that make rows; a test mentions only what it is about."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from flask import current_app
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import (
    CustomerAccount,
    CustomerProfile,
    School,
    StaffTotp,
    StaffUser,
)
from kmz.accounts.rules import email_key
from kmz.banking.actions import add_bank_account
from kmz.banking.models import BankAccount
from kmz.banking.rules import read_iban
from kmz.booking.checkout.actions.book import Terms, book
from kmz.booking.checkout.actions.drafts import save_draft
from kmz.booking.checkout.drafted import fresh_content
from kmz.booking.checkout.queries import get_request
from kmz.booking.models import BookingRequest
from kmz.booking.rules import CartOwner
from kmz.catalog.actions.version import mark_changed
from kmz.catalog.areas import AREAS
from kmz.catalog.models import Course, CourseSession, ProgramArea
from kmz.db import db, transaction

PASSWORD = "ab1#x-lang-genug"
STAFF_PASSWORD = "ein-langes-passwort-1"
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
IBAN = "DE89370400440532013000"

_numbers = count(1)


def _hash(password: str) -> str:
    """The hash of a password, made once per app: argon2 is slow on purpose."""
    known: dict[str, str] = current_app.extensions.setdefault("test_hashes", {})
    if password not in known:
        known[password] = current_app.extensions["kmz_passwords"].hash(password)
    return known[password]


def make_customer(*, complete: bool = True, **fields: Any) -> CustomerAccount:
    """A confirmed customer; `complete` fills the * fields of the profile."""
    email = fields.pop("email", f"kundin{next(_numbers)}@example.org")
    password = fields.pop("password", PASSWORD)
    address = {
        "street": "Hafenweg",
        "house_number": "7",
        "postal_code": "12345",
        "city": "Musterstadt",
        "phone": "01234 567890",
    }
    with transaction() as session:
        customer = CustomerAccount(
            email=email,
            email_key=email_key(email) if email else None,
            password_hash=_hash(password),
            password_changed_at=clock.now(),
            first_name=fields.pop("first_name", "Andrea"),
            last_name=fields.pop("last_name", "Beispiel"),
            created_at=clock.now(),
            profile=CustomerProfile(**(address if complete else {})),
            **fields,
        )
        session.add(customer)
    return customer


def make_school(*, number: str = "04711", **fields: Any) -> School:
    """A school whose number begins with a zero."""
    values = {"name": "Schule am Hafen", "city": "Musterstadt", **fields}
    with transaction() as session:
        school = School(number=number, created_at=clock.now(), **values)
        session.add(school)
    return school


def make_school_customer(
    school: School, *, username: str = "andrea", shared: bool = False, **fields: Any
) -> CustomerAccount:
    """A person who logs in through the school, or the login that the whole school shares."""
    if shared:
        fields |= {"first_name": "", "last_name": school.name}
    return make_customer(
        email=fields.pop("email", ""),
        school_id=school.id,
        school_username=username,
        shared=shared,
        **fields,
    )


def make_bank_account(customer: CustomerAccount, *, iban: str = IBAN) -> BankAccount:
    """A bank account of the customer."""
    return add_bank_account(
        customer.id,
        holder=customer.full_name,
        data=read_iban(iban),
        vault=current_app.extensions["kmz_vault"],
    )


def make_staff(*, role: str = "office", email: str | None = None, app: bool = True) -> StaffUser:
    """A member of staff, with an app for one-time codes."""
    email = email or f"buero{next(_numbers)}@example.org"
    with transaction() as session:
        staff = StaffUser(
            email=email,
            email_key=email_key(email),
            name="Büro Beispiel",
            role=role,
            password_hash=_hash(STAFF_PASSWORD),
            password_changed_at=clock.now(),
            created_at=clock.now(),
        )
        session.add(staff)
        session.flush()
        if app:
            now = clock.now()
            session.add(
                StaffTotp(staff_id=staff.id, secret=APP_SECRET, created_at=now, confirmed_at=now)
            )
    return staff


def area(code: str) -> ProgramArea:
    """The Programmbereich or Fachgebiet with this code, made when missing."""
    found = db.session.scalar(select(ProgramArea).where(ProgramArea.code == code))
    if found is not None:
        return found
    name = AREAS[code].name if code in AREAS else f"Fachgebiet {code}"
    parent_id = area(code[0]).id if "." in code else None
    with transaction() as session:
        made = ProgramArea(code=code, name=name, slug=f"bereich-{code}", parent_id=parent_id)
        session.add(made)
    return made


def make_course(**fields: Any) -> Course:
    """A published, bookable course that starts in 30 days; `area_code` names its area ("4")."""
    number = fields.pop("number", f"271-{next(_numbers):04d}")
    starts_on: date = fields.pop("starts_on", clock.today() + timedelta(days=30))
    area_id = area(fields.pop("area_code", "4")).id
    sessions = fields.pop("sessions", 2)
    days = [starts_on + timedelta(weeks=week) for week in range(sessions)]
    values: dict[str, Any] = {
        "title": f"Italienisch {number}",
        "min_participants": 5,
        "max_participants": 10,
        "fee_cents": 9800,
        "published_at": clock.now(),
        "ends_on": days[-1] if days else starts_on,
        **fields,
    }
    with transaction() as session:
        course = Course(
            number=number,
            slug=number.lower().replace("/", "-"),
            starts_on=starts_on,
            program_area_id=area_id,
            created_at=clock.now(),
            updated_at=clock.now(),
            sessions=[
                CourseSession(
                    position=position,
                    day=day,
                    starts_at=clock.berlin_moment(day, 18, 30),
                    ends_at=clock.berlin_moment(day, 20),
                )
                for position, day in enumerate(days)
            ],
            **values,
        )
        session.add(course)
        session.flush()
        mark_changed(session, [course.id])
    return course


def make_terms(total: int) -> Terms:
    """What surrounds the last click of a booking with this total, in cents."""
    return Terms(
        shown_total=total,
        texts={"terms": "agb-1"},
        creditor_id="DE98ZZZ09999999999",
        bank_account_required="fee",
    )


def make_request(customer: CustomerAccount, *courses: Course) -> BookingRequest:
    """A booking request as the customer sends it, for herself; needs a bank account where it
    costs.
    """
    account = db.session.scalar(select(BankAccount).where(BankAccount.customer_id == customer.id))
    content = replace(
        fresh_content([course.id for course in courses]),
        bank_account_id=account.id if account else None,
        is_ready=True,
    )
    total = sum(course.fee_cents or 0 for course in courses)
    owner = CartOwner(customer_id=customer.id)
    key = save_draft(owner, content)
    book(owner, key, make_terms(total))
    return get_request(owner, key)

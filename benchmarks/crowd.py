"""Customers with open logins and bank accounts, and courses that cost something."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from flask import Flask
from sqlalchemy.orm import Session

from benchmarks import vocabulary
from benchmarks.buyers import Account
from kmz import clock
from kmz.accounts.actions.devices import Visit
from kmz.accounts.actions.login import open_login
from kmz.accounts.models import CustomerAccount, CustomerProfile
from kmz.banking.actions import add_bank_account
from kmz.banking.rules import read_iban
from kmz.catalog.actions.version import rebuild_search
from kmz.catalog.areas import AREAS
from kmz.catalog.models import Course, CourseSession, ProgramArea
from kmz.db import transaction

FEE = 4900
_IBAN = "DE89370400440532013000"
_SESSIONS = 8
_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseKind:
    """Courses of one measurement."""

    count: int
    seats: int


def sow_paid_courses(kind: CourseKind) -> list[str]:
    """Published courses with a Warteliste; their slugs."""
    with transaction() as session:
        area_id = _area(session)
        slugs = [_course(session, area_id, kind.seats) for _ in range(kind.count)]
        rebuild_search(session)
    return slugs


def sow_accounts(app: Flask, number: int) -> list[Account]:
    """Customers one click before the course's page: passwords are not what is measured."""
    with transaction() as session:
        return [_account(app, session) for _ in range(number)]


def _area(session: Session) -> int:
    known = session.query(ProgramArea).first()
    if known is None:
        area = AREAS["4"]
        known = ProgramArea(code=area.code, name=area.name, slug=area.slug)
        session.add(known)
        session.flush()
    return known.id


def _course(session: Session, area_id: int, seats: int) -> str:
    number, now = f"271-{next(_numbers):04d}", clock.now()
    first = clock.today() + timedelta(days=30)
    days = [first + timedelta(weeks=week) for week in range(_SESSIONS)]
    session.add(
        Course(
            number=number,
            slug=number,
            title=f"Italienisch {number}",
            program_area_id=area_id,
            max_participants=seats,
            waitlist_open=True,
            fee_cents=FEE,
            starts_on=first,
            ends_on=days[-1],
            published_at=now,
            created_at=now,
            updated_at=now,
            sessions=[
                CourseSession(
                    position=position, day=day, starts_at=clock.berlin_moment(day, 18, 30)
                )
                for position, day in enumerate(days)
            ],
        )
    )
    return number


def _account(app: Flask, session: Session) -> Account:
    number, now = next(_numbers), clock.now()
    email = f"kundin{number}@example.org"
    customer = CustomerAccount(
        email=email,
        email_key=email,
        password_hash="-",
        password_changed_at=now,
        first_name=vocabulary.FIRST_NAMES[number % len(vocabulary.FIRST_NAMES)],
        last_name="Muster",
        created_at=now,
        profile=CustomerProfile(
            street="Hafenweg",
            house_number="7",
            postal_code="12345",
            city="Musterstadt",
            phone="01234 567890",
        ),
    )
    session.add(customer)
    session.flush()
    account = add_bank_account(
        customer.id,
        holder=customer.full_name,
        data=read_iban(_IBAN),
        vault=app.extensions["kmz_vault"],
    )
    session.flush()
    address = f"10.{number // 62500 % 250}.{number // 250 % 250}.{number % 250 + 1}"
    login = open_login(customer, via="password", visit=Visit(address)).login
    return Account(login, account.id, address)

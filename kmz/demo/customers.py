"""Accounts of the demo: its customer, its member of staff and the others."""

from dataclasses import dataclass

from flask import current_app

from kmz import clock
from kmz.accounts import factors, rules
from kmz.accounts.actions.second_factor import save_app
from kmz.accounts.actions.staff import add_staff
from kmz.accounts.models import CustomerAccount, CustomerProfile, School, StaffUser
from kmz.audit.actions import SYSTEM
from kmz.banking.actions import add_bank_account
from kmz.banking.rules import read_iban
from kmz.crypto import Passwords, new_token
from kmz.db import transaction
from kmz.demo import people
from kmz.demo.access import SCHOOL_NUMBER, SCHOOL_USERNAME, DemoAccess


@dataclass(frozen=True, slots=True)
class SeededCustomer:
    """What booking needs of a customer."""

    id: int
    first_name: str
    last_name: str
    bank_account_id: int


def add_demo_staff(access: DemoAccess, passwords: Passwords) -> StaffUser:
    """The member of staff with all rights."""
    staff = add_staff(
        email=access.staff_email,
        name=people.STAFF_NAME,
        role="admin",
        password_hash=passwords.hash(access.staff_password),
    )
    save_app(staff, factors.new_secret(), by=SYSTEM)
    return staff


def add_customers(access: DemoAccess, passwords: Passwords) -> dict[str, SeededCustomer]:
    """All customers by their address; only the demo customer's password is known to anybody."""
    unknown = passwords.hash(new_token())
    own = passwords.hash(access.customer_password)
    customers = {people.CUSTOMER.email: _add_customer(people.CUSTOMER, own)}
    for person in people.OTHERS:
        customers[person.email] = _add_customer(person, unknown)
    return customers


def _add_customer(person: people.DemoPerson, password_hash: str) -> SeededCustomer:
    now = clock.now()
    with transaction() as session:
        customer = CustomerAccount(
            email=person.email,
            email_key=rules.email_key(person.email),
            password_hash=password_hash,
            password_changed_at=now,
            first_name=person.first_name,
            last_name=person.last_name,
            created_at=now,
            profile=_profile(person),
        )
        session.add(customer)
        session.flush()
        account = add_bank_account(
            customer.id,
            holder=customer.full_name,
            data=read_iban(people.IBAN),
            vault=current_app.extensions["kmz_vault"],
        )
        return SeededCustomer(customer.id, person.first_name, person.last_name, account.id)


def add_school(access: DemoAccess, passwords: Passwords) -> None:
    """A school with a login that it shares, and one of a teacher; both have their own password."""
    now, password_hash = clock.now(), passwords.hash(access.school_password)
    own = {"password_hash": password_hash, "password_changed_at": now, "created_at": now}
    with transaction() as session:
        school = School(
            number=SCHOOL_NUMBER,
            name=people.SCHOOL_NAME,
            street="Lindenallee 3",
            postal_code="12345",
            city="Musterstadt",
            created_at=now,
        )
        shared = CustomerAccount(
            school=school,
            school_username="",
            shared=True,
            first_name="",
            last_name=school.name,
            profile=CustomerProfile(),
            **own,
        )
        teacher = CustomerAccount(
            school=school,
            school_username=SCHOOL_USERNAME,
            first_name="Miriam",
            last_name="Ostwald",
            profile=CustomerProfile(),
            **own,
        )
        session.add_all((shared, teacher))


def _profile(person: people.DemoPerson) -> CustomerProfile:
    return CustomerProfile(
        salutation=person.salutation,
        street=person.street,
        house_number=person.house_number,
        postal_code=person.postal_code,
        city=person.city,
        phone=person.phone,
        birth_date=person.birth_date,
    )

"""What the office does with schools and the accounts that people enter by Schulnummer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from kmz import clock, log
from kmz.accounts import problems
from kmz.accounts.actions.sessions import end_logins
from kmz.accounts.models import CustomerAccount, CustomerProfile, School, StaffUser
from kmz.accounts.rules import SchoolAccountData, SchoolData
from kmz.audit.actions import record
from kmz.db import transaction, violated
from kmz.errors import Problem, RefusedError


@contextmanager
def _refused(constraint: str, problem: Problem) -> Iterator[None]:
    """Say what is taken where the database says that something is."""
    try:
        yield
    except IntegrityError as error:
        if violated(error, constraint):
            raise RefusedError(problem) from error
        raise


def create_school(data: SchoolData, *, by: StaffUser) -> School:
    """A new school; RefusedError when the number is taken."""
    with _refused("uq_school_number", problems.SCHOOL_NUMBER_TAKEN), transaction() as session:
        school = School(**asdict(data), created_at=clock.now())
        session.add(school)
        session.flush()
        record(session, "school.created", by=by, kind="school", object_id=school.id)
    log.event("school.created", actor=by.actor_name, school=school.id)
    return school


def change_school(school_id: int, data: SchoolData, *, by: StaffUser) -> None:
    """Change what is known of a school; its shared logins carry its name."""
    values = asdict(data)
    with _refused("uq_school_number", problems.SCHOOL_NUMBER_TAKEN), transaction() as session:
        school = session.get_one(School, school_id)
        changed = [name for name, value in values.items() if getattr(school, name) != value]
        for name in changed:
            setattr(school, name, values[name])
        if "name" in changed:
            session.execute(
                update(CustomerAccount)
                .where(CustomerAccount.school_id == school_id, CustomerAccount.shared)
                .values(last_name=data.name)
            )
        if changed:
            record(
                session, "school.changed", by=by, kind="school", object_id=school_id, fields=changed
            )


def disable_school(school_id: int, *, by: StaffUser) -> None:
    """Close the way in by Schulnummer, end its logins; a mail address still opens its account."""
    with transaction() as session:
        school = session.get_one(School, school_id, with_for_update=True)
        if school.disabled_at is not None:
            return
        school.disabled_at = clock.now()
        members = session.scalars(
            select(CustomerAccount).where(
                CustomerAccount.school_id == school_id,
                CustomerAccount.school_username.is_not(None),
            )
        )
        for customer in members:
            end_logins(customer, by=by)
        record(session, "school.disabled", by=by, kind="school", object_id=school_id)
    log.event("school.disabled", actor=by.actor_name, school=school_id)


def enable_school(school_id: int, *, by: StaffUser) -> None:
    """Open the way in by Schulnummer again."""
    with transaction() as session:
        school = session.get_one(School, school_id, with_for_update=True)
        if school.disabled_at is None:
            return
        school.disabled_at = None
        record(session, "school.enabled", by=by, kind="school", object_id=school_id)
    log.event("school.enabled", actor=by.actor_name, school=school_id)


def create_school_account(
    school_id: int, data: SchoolAccountData, *, password_hash: str, by: StaffUser
) -> CustomerAccount:
    """An account with an initial password; RefusedError when the school has this user name."""
    constraint = "uq_customer_account_school_id_school_username"
    with _refused(constraint, problems.SCHOOL_USERNAME_TAKEN), transaction() as session:
        school, now = session.get_one(School, school_id), clock.now()
        customer = CustomerAccount(
            school_id=school_id,
            school_username=data.username,
            shared=data.shared,
            first_name="" if data.shared else data.first_name,
            last_name=school.name if data.shared else data.last_name,
            password_hash=password_hash,
            password_changed_at=now,
            password_is_initial=True,
            created_at=now,
            profile=CustomerProfile(),
        )
        session.add(customer)
        session.flush()
        record(
            session,
            "account.created",
            by=by,
            kind="customer",
            object_id=customer.id,
            school=school_id,
            shared=data.shared,
        )
    log.event("account.created", actor=by.actor_name, customer=customer.id, school=school_id)
    return customer

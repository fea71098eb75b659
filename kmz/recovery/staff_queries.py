"""Reading cases, wishes and links for the office."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from kmz import clock
from kmz.accounts.models import AddressChange, StaffUser
from kmz.db import db
from kmz.errors import NotFoundError
from kmz.lists import ListFilter, has_words, one_page
from kmz.recovery.models import RecoveryCase, RecoveryLink

PAGE_SIZE = 50
_ACTORS = {"visitor": "Anfragende Person", "system": "Portal"}


def list_cases(wanted: ListFilter) -> tuple[list[RecoveryCase], int]:
    """One page of cases: the "open" ones by due date, the "done" ones by their end; and how
    many.
    """
    query = select(RecoveryCase).options(joinedload(RecoveryCase.customer))
    if wanted.state == "done":
        query = query.where(RecoveryCase.closed_at.is_not(None))
        query = query.order_by(RecoveryCase.closed_at.desc(), RecoveryCase.id.desc())
    else:
        query = query.where(RecoveryCase.closed_at.is_(None))
        query = query.order_by(RecoveryCase.due_on, RecoveryCase.id)
    if wanted.words:
        columns = (RecoveryCase.reference, RecoveryCase.name, RecoveryCase.contact_email)
        query = query.where(has_words(wanted.words, *columns))
    return one_page(query, wanted.page, PAGE_SIZE)


def get_case(case_id: int) -> RecoveryCase:
    """A case with its customer and history; NotFoundError when there is none."""
    query = (
        select(RecoveryCase)
        .where(RecoveryCase.id == case_id)
        .options(joinedload(RecoveryCase.customer), selectinload(RecoveryCase.steps))
    )
    case = db.session.scalar(query)
    if case is None:
        raise NotFoundError
    return case


def find_case_of(case_id: int, customer_id: int) -> RecoveryCase | None:
    """The case if it is about this customer."""
    case = db.session.get(RecoveryCase, case_id)
    return case if case is not None and case.customer_id == customer_id else None


@dataclass(frozen=True, slots=True)
class Workload:
    """What waits for the office."""

    open: int
    overdue: int
    waiting: int


def workload() -> Workload:
    """Open cases, those past their day, and links that wait for a second person."""
    is_open = RecoveryCase.closed_at.is_(None)
    counts = (
        select(func.count()).where(is_open),
        select(func.count()).where(is_open, RecoveryCase.due_on < clock.today()),
        select(func.count()).where(*_is_waiting()),
    )
    row = db.session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return Workload(*row)


def _is_waiting() -> tuple[ColumnElement[bool], ...]:
    return (RecoveryLink.token_hash.is_(None), RecoveryLink.revoked_at.is_(None))


def waiting_links() -> list[RecoveryLink]:
    """The links that wait for a second person, the oldest first."""
    query = (
        select(RecoveryLink)
        .where(*_is_waiting())
        .order_by(RecoveryLink.id)
        .options(joinedload(RecoveryLink.customer), joinedload(RecoveryLink.requested_by))
    )
    return list(db.session.scalars(query))


def links_of(customer_id: int) -> list[RecoveryLink]:
    """The latest ways back that somebody was given, the newest first."""
    query = (
        select(RecoveryLink)
        .where(RecoveryLink.customer_id == customer_id)
        .order_by(RecoveryLink.id.desc())
        .limit(10)
    )
    return list(db.session.scalars(query))


def changes_of(customer_id: int) -> list[AddressChange]:
    """The latest changes of the mail address, the newest first."""
    query = (
        select(AddressChange)
        .where(AddressChange.customer_id == customer_id)
        .order_by(AddressChange.id.desc())
        .limit(10)
    )
    return list(db.session.scalars(query))


def objected_customers(customer_ids: set[int]) -> set[int]:
    """Those of them whose old address objected to a change."""
    query = select(AddressChange.customer_id).where(
        AddressChange.customer_id.in_(customer_ids), AddressChange.objected_at.is_not(None)
    )
    return set(db.session.scalars(query))


def actor_names(actors: set[str]) -> dict[str, str]:
    """The names behind "staff:3", "visitor" …; customers are not named in their own case."""
    numbers = {int(actor.removeprefix("staff:")) for actor in actors if actor.startswith("staff:")}
    rows = db.session.execute(select(StaffUser.id, StaffUser.name).where(StaffUser.id.in_(numbers)))
    staff = {f"staff:{number}": name for number, name in rows}
    return {actor: _ACTORS.get(actor) or staff.get(actor, "Kundin/Kunde") for actor in actors}

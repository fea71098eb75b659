"""Reading Ansprechpersonen and questions; a customer's reads start at the owner."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from kmz.catalog.models import Course, ProgramArea
from kmz.contact.models import ContactPerson, ContactRequest
from kmz.db import db
from kmz.errors import NotFoundError
from kmz.lists import ListFilter, has_words, one_page

PAGE_SIZE = 50


def all_persons() -> list[ContactPerson]:
    """Ansprechpersonen with their areas: the general one first, then by area."""
    query = (
        select(ContactPerson)
        .outerjoin(ContactPerson.program_area)
        .options(joinedload(ContactPerson.program_area))
        .order_by(ContactPerson.program_area_id.is_not(None), ProgramArea.code, ContactPerson.id)
    )
    return list(db.session.scalars(query))


def get_person(person_id: int) -> ContactPerson:
    person = db.session.get(ContactPerson, person_id)
    if person is None:
        raise NotFoundError
    return person


def is_area_taken(area_id: int | None, *, by_other_than: int | None) -> bool:
    """Whether somebody else answers for this area; None means everything without one."""
    query = select(ContactPerson.id).where(
        ContactPerson.program_area_id.is_not_distinct_from(area_id)
    )
    if by_other_than is not None:
        query = query.where(ContactPerson.id != by_other_than)
    return db.session.scalar(query.limit(1)) is not None


def find_course(slug: str) -> Course | None:
    """The course that a question is about, with its area, if it was ever public."""
    query = (
        select(Course)
        .where(
            Course.slug == slug,
            or_(Course.published_at.is_not(None), Course.withdrawn_at.is_not(None)),
        )
        .options(joinedload(Course.program_area))
    )
    return db.session.scalar(query)


def requests_of(customer_id: int) -> list[ContactRequest]:
    """A customer's questions, the newest first."""
    query = (
        select(ContactRequest)
        .where(ContactRequest.customer_id == customer_id)
        .order_by(ContactRequest.id.desc())
        .options(joinedload(ContactRequest.course))
    )
    return list(db.session.scalars(query))


def recent_count(*, email: str, customer_id: int | None, since: datetime) -> int:
    """How many questions came lately from this customer, or from visitors with this address."""
    query = select(func.count()).where(ContactRequest.created_at > since)
    if customer_id is not None:
        query = query.where(ContactRequest.customer_id == customer_id)
    else:
        query = query.where(
            ContactRequest.customer_id.is_(None),
            func.lower(ContactRequest.email) == email.lower(),
        )
    return db.session.scalar(query) or 0


def _is_waiting_for_call() -> tuple[ColumnElement[bool], ...]:
    return (
        ContactRequest.done_at.is_(None),
        ContactRequest.called_at.is_(None),
        ContactRequest.callback_window != "",
    )


def list_requests(wanted: ListFilter) -> tuple[list[ContactRequest], int]:
    """One page of questions: the "open" ones and those that want a "callback" from the oldest, the
    "done" ones from the latest; and how many.
    """
    conditions: dict[str, tuple[ColumnElement[bool], ...]] = {
        "open": (ContactRequest.done_at.is_(None),),
        "callback": _is_waiting_for_call(),
        "done": (ContactRequest.done_at.is_not(None),),
    }
    query = select(ContactRequest).where(*conditions[wanted.state])
    if wanted.words:
        columns = (ContactRequest.reference, ContactRequest.name, ContactRequest.email)
        query = query.where(has_words(wanted.words, *columns))
    order = (
        (ContactRequest.done_at.desc(), ContactRequest.id.desc())
        if wanted.state == "done"
        else (ContactRequest.created_at, ContactRequest.id)
    )
    query = query.order_by(*order).options(
        joinedload(ContactRequest.course), joinedload(ContactRequest.program_area)
    )
    return one_page(query, wanted.page, PAGE_SIZE)


def get_request(request_id: int) -> ContactRequest:
    """A question with everything the office sees of it."""
    query = (
        select(ContactRequest)
        .where(ContactRequest.id == request_id)
        .options(
            joinedload(ContactRequest.course),
            joinedload(ContactRequest.program_area),
            joinedload(ContactRequest.called_by),
        )
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True, slots=True)
class Workload:
    """What waits for the office."""

    open: int
    callbacks: int


def workload() -> Workload:
    """Open questions, and those of them that wait for a call."""
    counts = (
        select(func.count()).where(ContactRequest.done_at.is_(None)),
        select(func.count()).where(*_is_waiting_for_call()),
    )
    row = db.session.execute(select(*(count.scalar_subquery() for count in counts))).one()
    return Workload(*row)

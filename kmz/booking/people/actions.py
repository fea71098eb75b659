"""Keeping, changing and forgetting Teilnehmende Personen."""

from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.audit.actions import record
from kmz.booking.models import Participant
from kmz.booking.people import queries
from kmz.booking.rules import MAX_PEOPLE, ParticipantName, PersonData
from kmz.db import transaction
from kmz.errors import Problem, RefusedError


def add_participant(customer_id: int, person: PersonData) -> None:
    """Keep a person. RefusedError when the list is full or the same name stands in it."""
    with transaction() as session:
        _refuse_known_name(customer_id, person)
        _add(session, customer_id, person)


def keep_attendee(session: Session, customer_id: int, person: PersonData) -> None:
    """Keep a person of the Anmeldeformular; part of its transaction.

    Somebody who is in the list already only gets the birth date that was missing.
    """
    for known in queries.participants_of(customer_id):
        if name_of(known).key == person.name.key:
            known.birth_date = known.birth_date or person.birth_date
            return
    _add(session, customer_id, person)


def change_participant(customer_id: int, participant_id: int, person: PersonData) -> None:
    """Change one of the customer's own people; NotFoundError for a foreign id."""
    with transaction() as session:
        row = queries.get_participant(customer_id, participant_id)
        _refuse_known_name(customer_id, person, but=participant_id)
        row.first_name, row.last_name = person.name.first_name, person.name.last_name
        row.relation, row.birth_date = person.relation, person.birth_date
        _record(session, "participant.changed", customer_id, row)


def delete_participant(customer_id: int, participant_id: int) -> None:
    """Forget one of the customer's own people; what they are booked for stays."""
    with transaction() as session:
        row = queries.get_participant(customer_id, participant_id)
        _record(session, "participant.deleted", customer_id, row)
        session.delete(row)


def name_of(row: Participant) -> ParticipantName:
    """The name of a kept person, as bookings compare it."""
    return ParticipantName(row.first_name, row.last_name)


def _add(session: Session, customer_id: int, person: PersonData) -> None:
    if len(queries.participants_of(customer_id)) >= MAX_PEOPLE:
        message = f"Es sind höchstens {MAX_PEOPLE} teilnehmende Personen möglich."
        raise RefusedError(Problem("participant.many", message))
    row = Participant(
        customer_id=customer_id,
        first_name=person.name.first_name,
        last_name=person.name.last_name,
        relation=person.relation,
        birth_date=person.birth_date,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    _record(session, "participant.added", customer_id, row)


def _refuse_known_name(customer_id: int, person: PersonData, but: int | None = None) -> None:
    for known in queries.participants_of(customer_id):
        if known.id != but and name_of(known).key == person.name.key:
            message = "Diese Person steht schon in Ihrer Liste."
            raise RefusedError(Problem("participant.known", message, "first_name"))


def _record(session: Session, action: str, customer_id: int, row: Participant) -> None:
    customer = session.get_one(CustomerAccount, customer_id)
    record(session, action, by=customer, kind="participant", object_id=row.id)

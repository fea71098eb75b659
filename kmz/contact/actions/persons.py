"""Ansprechpersonen, kept by the office."""

from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import StaffUser
from kmz.audit.actions import record
from kmz.contact import queries
from kmz.contact.models import ContactPerson
from kmz.contact.problems import AREA_TAKEN, PERSON_CHANGED_MEANWHILE
from kmz.db import one_at_a_time, transaction
from kmz.errors import NotFoundError, RefusedError


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What the site shows of somebody; no area means all questions that have no other person."""

    program_area_id: int | None
    name: str
    role: str
    email: str
    phone: str
    hours: str


def save_person(
    details: PersonDetails, *, person_id: int | None, version: int, by: StaffUser
) -> None:
    """Add somebody, or change what is known. RefusedError when the area has a person already or
    somebody changed the row since `version`.
    """
    with transaction() as session:
        one_at_a_time(session, "contact persons")
        if queries.is_area_taken(details.program_area_id, by_other_than=person_id):
            raise RefusedError(AREA_TAKEN)
        person = _person(session, person_id, version)
        for name, value in asdict(details).items():
            setattr(person, name, value)
        person.changed_at = clock.now()
        session.flush()
        action = "contact_person.added" if person_id is None else "contact_person.changed"
        record(session, action, by=by, kind="contact_person", object_id=person.id)


def _person(session: Session, person_id: int | None, version: int) -> ContactPerson:
    if person_id is None:
        person = ContactPerson(version=1)
        session.add(person)
        return person
    found = session.get(ContactPerson, person_id, with_for_update=True)
    if found is None:
        raise NotFoundError
    if found.version != version:
        raise RefusedError(PERSON_CHANGED_MEANWHILE)
    found.version += 1
    return found


def remove_person(person_id: int, *, by: StaffUser) -> None:
    """Nobody special answers for the area any more; removing twice changes nothing."""
    with transaction() as session:
        person = session.get(ContactPerson, person_id)
        if person is None:
            return
        session.delete(person)
        record(session, "contact_person.removed", by=by, kind="contact_person", object_id=person_id)

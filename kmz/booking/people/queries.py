"""Reading the Teilnehmende Personen of a customer."""

from sqlalchemy import select

from kmz.booking.models import (
    Participant,
)
from kmz.db import db
from kmz.errors import NotFoundError


def participants_of(customer_id: int) -> list[Participant]:
    """The Teilnehmende Personen of a customer, in the order in which they were added."""
    query = select(Participant).where(Participant.customer_id == customer_id)
    return list(db.session.scalars(query.order_by(Participant.id)))


def get_participant(customer_id: int, participant_id: int) -> Participant:
    """One of the customer's own people; a foreign id is not found."""
    query = select(Participant).where(
        Participant.id == participant_id, Participant.customer_id == customer_id
    )
    person = db.session.scalar(query)
    if person is None:
        raise NotFoundError
    return person

"""What becomes of cases when their customer goes; part of the caller's transaction (L28)."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kmz.recovery.models import RecoveryCase, RecoveryLink


def forget_person(session: Session, customer_id: int) -> None:
    """Delete a leaving customer's cases and links; steps and puzzles follow by the database."""
    for table in (RecoveryLink, RecoveryCase):
        session.execute(delete(table).where(table.customer_id == customer_id))

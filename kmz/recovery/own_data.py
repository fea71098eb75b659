"""What recovery tells people about themselves (L26)."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kmz.db import db
from kmz.own_data import Column, Section
from kmz.recovery.models import RecoveryCase, RecoveryLink, RecoveryStep


def _cases(customer_id: int) -> Sequence[RecoveryCase]:
    query = (
        select(RecoveryCase)
        .where(RecoveryCase.customer_id == customer_id)
        .order_by(RecoveryCase.id)
        .options(selectinload(RecoveryCase.steps))
    )
    return db.session.scalars(query).all()


def _links(customer_id: int) -> Sequence[RecoveryLink]:
    query = select(RecoveryLink).where(RecoveryLink.customer_id == customer_id)
    return db.session.scalars(query.order_by(RecoveryLink.id)).all()


SECTIONS = (
    Section(
        "recovery_cases",
        "Anfragen „Kein Zugriff mehr?“",
        (RecoveryCase.__tablename__, RecoveryStep.__tablename__),
        _cases,
        (
            Column("reference", "Vorgang"),
            Column("name", "Name"),
            Column("message", "Nachricht"),
            Column("contact_email", "Angegebene E-Mail"),
            Column("created_at", "Eingegangen am"),
            Column("due_on", "Antwort bis"),
            Column("closed_at", "Abgeschlossen am"),
            Column("outcome", "Ergebnis"),
            Column(
                "steps",
                "Verlauf",
                columns=(
                    Column("at", "Am"),
                    Column("kind", "Schritt"),
                    Column("note", "Notiz"),
                ),
            ),
        ),
    ),
    Section(
        "recovery_links",
        "Wege zurück ins Kundenkonto",
        (RecoveryLink.__tablename__,),
        _links,
        (
            Column("way", "Weg"),
            Column("sent_to", "An"),
            Column("created_at", "Angelegt am"),
            Column("sent_at", "Verschickt am"),
            Column("expires_at", "Gültig bis"),
            Column("used_at", "Benutzt am"),
            Column("revoked_at", "Ungültig seit"),
        ),
    ),
)

"""Stornierungen, Widerrufe and Erstattungen."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kmz.booking.leaving.queries import withdrawals_of
from kmz.booking.models import Booking, Cancellation, Refund, Withdrawal, WithdrawalLine
from kmz.db import db
from kmz.money import format_cents
from kmz.own_data import Column, Section


def _of(table: type[Cancellation | Refund], customer_id: int) -> Sequence[Any]:
    query = (
        select(table)
        .join(table.booking)
        .where(Booking.customer_id == customer_id)
        .order_by(table.id)
        .options(joinedload(table.booking))
    )
    return db.session.scalars(query).all()


def _course(row: Cancellation | Refund | WithdrawalLine) -> str:
    return f"{row.booking.agreed['number']} {row.booking.agreed['title']}"


SECTIONS = (
    Section(
        "cancellations",
        "Stornierungen",
        (Cancellation.__tablename__,),
        lambda customer_id: _of(Cancellation, customer_id),
        (
            Column("course", "Kurs", read=_course),
            Column("at", "Storniert am"),
            Column("fee_cents", "Kosten", shown=lambda row: format_cents(row.fee_cents)),
            Column("policy", "Stornobedingungen", shown=lambda row: row.policy["name"]),
        ),
    ),
    Section(
        "withdrawals",
        "Widerrufe",
        (Withdrawal.__tablename__, WithdrawalLine.__tablename__),
        withdrawals_of,
        (
            Column("reference", "Vorgang"),
            Column("declared_at", "Eingegangen am"),
            Column("name", "Name"),
            Column("contract", "Vertrag"),
            Column("email", "E-Mail"),
            Column("remark", "Bemerkung"),
            Column("settled_at", "Erledigt am"),
            Column("note", "Notiz"),
            Column("lines", "Anmeldungen", columns=(Column("course", "Kurs", read=_course),)),
        ),
    ),
    Section(
        "refunds",
        "Erstattungen",
        (Refund.__tablename__,),
        lambda customer_id: _of(Refund, customer_id),
        (
            Column("course", "Kurs", read=_course),
            Column("amount_cents", "Betrag", shown=lambda row: format_cents(row.amount_cents)),
            Column("noted_at", "Vermerkt am"),
            Column("due_on", "Fällig bis"),
            Column("done_at", "Erstattet am"),
        ),
    ),
)

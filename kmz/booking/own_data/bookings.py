"""Bookings with their history, cart, drafts, people."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from kmz.booking.checkout.drafted import DraftContent
from kmz.booking.models import (
    Booking,
    BookingDraft,
    BookingEvent,
    BookingRequest,
    BookingStatus,
    Cart,
    CartItem,
    Participant,
)
from kmz.booking.people.queries import participants_of
from kmz.booking.rules import OTHER_EVENTS, RELATIONS, STATUS_NAMES
from kmz.catalog.models import Course
from kmz.db import db
from kmz.money import format_cents
from kmz.own_data import Column, Section

_TEXTS = {"terms": "Teilnahmebedingungen (AGB)", "mandate": "Lastschriftmandat"}


def _requests(customer_id: int) -> Sequence[BookingRequest]:
    query = (
        select(BookingRequest)
        .where(BookingRequest.customer_id == customer_id)
        .order_by(BookingRequest.id)
        .options(
            selectinload(BookingRequest.bookings).options(
                selectinload(Booking.events), joinedload(Booking.concession_reason)
            )
        )
    )
    return db.session.scalars(query).all()


def _cart(customer_id: int) -> Sequence[Any]:
    query = (
        select(CartItem.added_at, CartItem.people, Course.number, Course.title)
        .join(Cart, Cart.id == CartItem.cart_id)
        .join(Course, Course.id == CartItem.course_id)
        .where(Cart.customer_id == customer_id)
        .order_by(CartItem.id)
    )
    return db.session.execute(query).all()


def _drafts(customer_id: int) -> Sequence[BookingDraft]:
    query = select(BookingDraft).where(BookingDraft.customer_id == customer_id)
    return db.session.scalars(query.order_by(BookingDraft.id)).all()


def _status(row: Booking | BookingEvent) -> str:
    return OTHER_EVENTS.get(row.status) or STATUS_NAMES[BookingStatus(row.status)]


def _partner(request: BookingRequest) -> str:
    return ", ".join(str(value) for value in request.contract_partner.values() if value)


def _texts(request: BookingRequest) -> str:
    texts = request.accepted_texts.items()
    return ", ".join(f"{_TEXTS.get(name, name)}: {version}" for name, version in texts)


def _agreed_course(booking: Booking) -> str:
    return f"{booking.agreed['number']} {booking.agreed['title']}"


def _draft_people(draft: BookingDraft) -> str:
    people = (line.person for line in DraftContent.from_json(draft.content).lines)
    return ", ".join(f"{one.first_name} {one.last_name}" for one in people if one)


def _concession(booking: Booking) -> str:
    """Why somebody wanted to pay less; what became of it is in the events."""
    return booking.concession_reason.label if booking.concession_reason else ""


_EVENT = (
    Column("at", "Am"),
    Column("status", "Stand", shown=_status),
    Column("reason", "Grund"),
)
_BOOKING = (
    Column("agreed", "Kurs", shown=_agreed_course),
    Column("participant_first_name", "Vorname der teilnehmenden Person"),
    Column("participant_last_name", "Name der teilnehmenden Person"),
    Column("status", "Stand", shown=_status),
    Column("fee_cents", "Entgelt", shown=lambda row: format_cents(row.fee_cents)),
    Column("concession", "Ermäßigung", read=_concession),
    Column("requested_at", "Eingegangen am"),
    Column("confirmed_at", "Fest eingebucht am"),
    Column("reminded_at", "Erinnert am"),
    Column("events", "Verlauf", columns=_EVENT),
)

SECTIONS = (
    Section(
        "participants",
        "Teilnehmende Personen",
        (Participant.__tablename__,),
        participants_of,
        (
            Column("first_name", "Vorname"),
            Column("last_name", "Name"),
            Column("relation", "Beziehung", shown=lambda row: RELATIONS.get(row.relation, "")),
            Column("birth_date", "Geburtsdatum"),
            Column("created_at", "Angelegt am"),
        ),
    ),
    Section(
        "bookings",
        "Anmeldungen",
        (BookingRequest.__tablename__, Booking.__tablename__, BookingEvent.__tablename__),
        _requests,
        (
            Column("reference", "Vorgang"),
            Column("created_at", "Abgeschickt am"),
            Column("contract_partner", "Vertragspartner/in", shown=_partner),
            Column("accepted_texts", "Akzeptierte Fassungen", shown=_texts),
            Column("total_cents", "Gesamtbetrag", shown=lambda row: format_cents(row.total_cents)),
            Column("remark", "Bemerkung"),
            Column("reminders_since", "Erinnerungen gewünscht seit"),
            Column("bookings", "Kurse", columns=_BOOKING),
        ),
    ),
    Section(
        "cart",
        "Warenkorb",
        (Cart.__tablename__, CartItem.__tablename__),
        _cart,
        (
            Column("number", "Kursnummer"),
            Column("title", "Titel"),
            Column("people", "Personen"),
            Column("added_at", "Hineingelegt am"),
        ),
    ),
    Section(
        "drafts",
        "Angefangene Anmeldeformulare",
        (BookingDraft.__tablename__,),
        _drafts,
        (
            Column("content", "Teilnehmende Personen", shown=_draft_people),
            Column("changed_at", "Geändert am"),
        ),
    ),
)

"""What accounts tell people about themselves (L26): who they are, how they came in, what we mailed.

Hashes, tokens and fingerprints are left out: they say nothing about a person.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kmz.accounts.models import (
    AddressChange,
    CustomerAccount,
    CustomerProfile,
    KnownDevice,
    LoginSession,
    Passkey,
    PasswordReset,
    SignupRequest,
)
from kmz.db import db
from kmz.mail.models import OutgoingMail
from kmz.mail.queries import Mailbox, mails_in
from kmz.own_data import Column, Section

# The old address is told of its change in the same moment.
_LAST_MAIL = timedelta(minutes=1)


def _account(customer_id: int) -> Sequence[CustomerAccount]:
    query = select(CustomerAccount).where(CustomerAccount.id == customer_id)
    return db.session.scalars(query.options(joinedload(CustomerAccount.school))).all()


def _rows_of(table: Any, order: Any) -> Any:
    """A function that reads a customer's rows of a table in this order."""

    def rows(customer_id: int) -> Sequence[Any]:
        query = select(table).where(table.customer_id == customer_id).order_by(order)
        return db.session.scalars(query).all()

    return rows


def mailboxes_of(customer_id: int) -> list[Mailbox]:
    """The addresses of a customer, each with the time in which it was theirs.

    What went to an address before or after that was for somebody else.
    """
    customer = db.session.get_one(CustomerAccount, customer_id)
    asked = select(SignupRequest.created_at).where(SignupRequest.customer_id == customer_id)
    since = min([customer.created_at, *db.session.scalars(asked)])
    changes = db.session.scalars(
        select(AddressChange)
        .where(AddressChange.customer_id == customer_id, AddressChange.confirmed_at.is_not(None))
        .order_by(AddressChange.confirmed_at)
    )
    found = []
    for change in changes:
        found.append(Mailbox(change.old_email, since, (change.confirmed_at or since) + _LAST_MAIL))
        since = change.created_at
    return [box for box in (*found, Mailbox(customer.email, since, None)) if box.address]


def _mails(customer_id: int) -> Sequence[OutgoingMail]:
    return mails_in(mailboxes_of(customer_id))


def _school(customer: CustomerAccount) -> str | None:
    return f"{customer.school.number} {customer.school.name}" if customer.school else None


def _asked_by(change: AddressChange) -> str:
    return "customer" if change.by.startswith("customer:") else "staff"


SECTIONS = (
    Section(
        "account",
        "Kundenkonto",
        (CustomerAccount.__tablename__,),
        _account,
        (
            Column("first_name", "Vorname"),
            Column("last_name", "Name"),
            Column("email", "E-Mail"),
            Column("school", "Schule", read=_school),
            Column("school_username", "Benutzername der Schule"),
            Column("created_at", "Angelegt am"),
            Column("last_login_at", "Zuletzt eingeloggt"),
            Column("password_changed_at", "Passwort geändert am"),
            Column("idle_told_at", "An Löschung erinnert am"),
            Column("disabled_at", "Gesperrt seit"),
        ),
    ),
    Section(
        "profile",
        "Benutzerprofil",
        (CustomerProfile.__tablename__,),
        _rows_of(CustomerProfile, CustomerProfile.customer_id),
        (
            Column("salutation", "Anrede"),
            Column("title", "Titel"),
            Column("street", "Straße"),
            Column("house_number", "Hausnummer"),
            Column("postal_code", "PLZ"),
            Column("city", "Ort"),
            Column("country", "Land"),
            Column("phone", "Telefon"),
            Column("mobile", "Tel. mobil"),
            Column("phone_private", "Telefon privat"),
            Column("fax", "Fax"),
            Column("birth_date", "Geburtsdatum"),
        ),
    ),
    Section(
        "signups",
        "Registrierung mit Bestätigung der E-Mail-Adresse",
        (SignupRequest.__tablename__,),
        _rows_of(SignupRequest, SignupRequest.id),
        (
            Column("email", "E-Mail"),
            Column("first_name", "Vorname"),
            Column("last_name", "Name"),
            Column("text_version", "Fassung des Textes"),
            Column("created_at", "Abgeschickt am"),
            Column("confirmed_at", "Bestätigt am"),
        ),
    ),
    Section(
        "address_changes",
        "Änderungen der E-Mail-Adresse",
        (AddressChange.__tablename__,),
        _rows_of(AddressChange, AddressChange.id),
        (
            Column("old_email", "Bisherige Adresse"),
            Column("new_email", "Neue Adresse"),
            Column(
                "asked_by",
                "Veranlasst durch",
                read=_asked_by,
                shown=lambda row: "Sie" if _asked_by(row) == "customer" else "Mitarbeitende",
            ),
            Column("reason", "Grund"),
            Column("identification", "Nachweis der Person"),
            Column("created_at", "Gewünscht am"),
            Column("confirmed_at", "Bestätigt am"),
            Column("withdrawn_at", "Zurückgezogen am"),
            Column("objected_at", "Widersprochen am"),
        ),
    ),
    Section(
        "password_resets",
        "Angeforderte Links für ein neues Passwort",
        (PasswordReset.__tablename__,),
        _rows_of(PasswordReset, PasswordReset.id),
        (
            Column("created_at", "Angefordert am"),
            Column("expires_at", "Gültig bis"),
            Column("used_at", "Benutzt oder ersetzt am"),
        ),
    ),
    Section(
        "passkeys",
        "Passkeys",
        (Passkey.__tablename__,),
        _rows_of(Passkey, Passkey.id),
        (
            Column("name", "Name"),
            Column("created_at", "Angelegt am"),
            Column("last_used_at", "Zuletzt benutzt"),
        ),
    ),
    Section(
        "logins",
        "Logins der letzten 90 Tage",
        (LoginSession.__tablename__,),
        _rows_of(LoginSession, LoginSession.id),
        (
            Column("device", "Gerät"),
            Column("via", "Weg"),
            Column("created_at", "Eingeloggt am"),
            Column("last_seen_at", "Zuletzt benutzt"),
            Column("ended_at", "Ausgeloggt am"),
        ),
    ),
    Section(
        "known_devices",
        "Bekannte Geräte",
        (KnownDevice.__tablename__,),
        _rows_of(KnownDevice, KnownDevice.id),
        (Column("last_used_at", "Zuletzt benutzt"),),
    ),
    Section(
        "mails",
        "E-Mails an Sie",
        (OutgoingMail.__tablename__,),
        _mails,
        (
            Column("kind", "Art"),
            Column("subject", "Betreff"),
            Column("recipient", "An"),
            Column("created_at", "Geschrieben am"),
            Column("sent_at", "Verschickt am"),
        ),
    ),
)

"""Reading wishes for another mail address."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from kmz import clock
from kmz.accounts import rules
from kmz.accounts.models import AddressChange
from kmz.crypto import token_digest
from kmz.db import db


def is_open() -> tuple[ColumnElement[bool], ...]:
    """What holds for a wish that its link can still fulfil, as conditions of a query."""
    return (
        AddressChange.confirmed_at.is_(None),
        AddressChange.withdrawn_at.is_(None),
        AddressChange.objected_at.is_(None),
        AddressChange.expires_at > clock.now(),
    )


def find_open_address_change(token: str) -> AddressChange | None:
    """The wish whose link is still good."""
    query = select(AddressChange).where(AddressChange.token_hash == token_digest(token), *is_open())
    return db.session.scalar(query)


def open_address_changes(customer_id: int) -> list[AddressChange]:
    """The wishes of an account that still wait for their new mailbox, the newest first."""
    query = (
        select(AddressChange)
        .where(AddressChange.customer_id == customer_id, *is_open())
        .order_by(AddressChange.id.desc())
    )
    return list(db.session.scalars(query))


def recent_address_changes(customer_id: int, within: timedelta) -> list[AddressChange]:
    """All wishes of an account lately, whatever became of them."""
    query = select(AddressChange).where(
        AddressChange.customer_id == customer_id,
        AddressChange.created_at > clock.now() - within,
    )
    return list(db.session.scalars(query))


def address_changed_at(customer_id: int) -> datetime | None:
    """When the account last got another address; links mailed to the one before are older."""
    query = select(func.max(AddressChange.confirmed_at)).where(
        AddressChange.customer_id == customer_id
    )
    return db.session.scalar(query)


def find_untried_change(customer_id: int) -> AddressChange | None:
    """The change through which staff gave the account its address, while its old mailbox may still
    object (L34).
    """
    query = (
        select(AddressChange)
        .where(
            AddressChange.customer_id == customer_id,
            AddressChange.by.startswith("staff:"),
            AddressChange.confirmed_at.is_not(None),
            AddressChange.objected_at.is_(None),
            AddressChange.created_at > clock.now() - rules.OBJECTION_TIME,
        )
        .order_by(AddressChange.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)

"""Reading recovery cases, links and young addresses."""

from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import joinedload

from kmz import clock
from kmz.accounts import address_queries
from kmz.accounts.models import AddressChange, CustomerAccount
from kmz.accounts.rules import OBJECTION_TIME, email_key
from kmz.crypto import token_digest
from kmz.db import db
from kmz.recovery.models import RecoveryCase, RecoveryLink, RecoveryStep
from kmz.recovery.rules import is_young, normalise_code


def is_open_link() -> tuple[ColumnElement[bool], ...]:
    """What holds for a link that still opens its account, as conditions of a query that joins it.

    A password set since it was sent ends it, as does a lock or the closing of the account. A mailed
    one has to lie in the mailbox that the account has now, or waits for.
    """
    awaited = exists().where(
        AddressChange.id == RecoveryLink.address_change_id,
        AddressChange.new_email == RecoveryLink.sent_to,
        *address_queries.is_open(),
    )
    return (
        or_(RecoveryLink.way == "letter", RecoveryLink.sent_to == CustomerAccount.email, awaited),
        RecoveryLink.used_at.is_(None),
        RecoveryLink.revoked_at.is_(None),
        RecoveryLink.expires_at > clock.now(),
        RecoveryLink.sent_at > CustomerAccount.password_changed_at,
        CustomerAccount.disabled_at.is_(None),
        CustomerAccount.closed_at.is_(None),
    )


def find_open_link(token: str) -> RecoveryLink | None:
    """The link whose token or letter code this is, with its customer, if it is still good."""
    digests = (token_digest(token), token_digest(normalise_code(token)))
    query = (
        select(RecoveryLink)
        .join(RecoveryLink.customer)
        .where(RecoveryLink.token_hash.in_(digests), *is_open_link())
        .options(joinedload(RecoveryLink.customer))
    )
    return db.session.scalar(query)


def find_mailed_link_of(case_id: int) -> RecoveryLink | None:
    """The newest link of a case that was mailed and is still good, with its customer."""
    query = (
        select(RecoveryLink)
        .join(RecoveryLink.customer)
        .where(RecoveryLink.case_id == case_id, RecoveryLink.way == "mail", *is_open_link())
        .order_by(RecoveryLink.id.desc())
        .limit(1)
        .options(joinedload(RecoveryLink.customer))
    )
    return db.session.scalar(query)


def find_case(token: str) -> RecoveryCase | None:
    """The case whose status page this token opens."""
    query = select(RecoveryCase).where(RecoveryCase.status_hash == token_digest(token))
    return db.session.scalar(query)


def newest_case_of(customer_id: int) -> RecoveryCase | None:
    query = (
        select(RecoveryCase)
        .where(RecoveryCase.customer_id == customer_id)
        .order_by(RecoveryCase.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)


def recent_receipt_count(address: str, within: timedelta) -> int:
    """How many cases lately gave this address for the answer."""
    query = select(func.count()).where(
        func.lower(RecoveryCase.contact_email) == address.lower(),
        RecoveryCase.created_at > clock.now() - within,
    )
    return db.session.scalar(query) or 0


def recent_step_count(case_id: int, kind: str, within: timedelta) -> int:
    query = select(func.count()).where(
        RecoveryStep.case_id == case_id,
        RecoveryStep.kind == kind,
        RecoveryStep.at > clock.now() - within,
    )
    return db.session.scalar(query) or 0


def find_pending_change(customer_id: int) -> AddressChange | None:
    """The address that staff entered and the new mailbox has not confirmed yet."""
    waiting = address_queries.open_address_changes(customer_id)
    return next((change for change in waiting if change.by.startswith("staff:")), None)


def find_objectionable(token: str) -> AddressChange | None:
    """The change that the holder of this link may still object to."""
    query = select(AddressChange).where(
        AddressChange.objection_hash == token_digest(token),
        AddressChange.objected_at.is_(None),
        AddressChange.created_at > clock.now() - OBJECTION_TIME,
    )
    return db.session.scalar(query)


def mailbox_of(customer: CustomerAccount, pending: AddressChange | None) -> str:
    """Where a recovery link goes: to the address that staff entered last, else to the stored one;
    "" where there is none.
    """
    return pending.new_email if pending else customer.email


def find_young_change(customer: CustomerAccount) -> AddressChange | None:
    """The change, less than 72 hours old, through which the account got its present address."""
    query = (
        select(AddressChange)
        .where(
            AddressChange.customer_id == customer.id,
            AddressChange.confirmed_at > clock.now() - OBJECTION_TIME,
        )
        .order_by(AddressChange.id.desc())
    )
    now = clock.now()
    for change in db.session.scalars(query):
        if is_young(change, now) and email_key(change.new_email) == customer.email_key:
            return change
    return None

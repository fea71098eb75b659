"""Staff enter another mail address for somebody; the old address may object for 72 hours (L34)."""

from datetime import date, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts import queries as accounts
from kmz.accounts import rules as account_rules
from kmz.accounts.actions.addresses import AddressWish, add_address_change
from kmz.accounts.actions.devices import forget_devices
from kmz.accounts.actions.passwords import (
    end_reset_links,
    set_new_password,
    withdraw_address_changes,
)
from kmz.accounts.actions.sessions import end_logins
from kmz.accounts.mails import send_address_link
from kmz.accounts.models import (
    AddressChange,
    CustomerAccount,
    CustomerProfile,
    Passkey,
    StaffUser,
)
from kmz.accounts.problems import address_problems
from kmz.audit.actions import VISITOR, record
from kmz.crypto import new_token, token_digest
from kmz.db import count_changed, transaction
from kmz.errors import RefusedError
from kmz.recovery import mails, problems, queries, rules
from kmz.recovery.actions.cases import note_objection
from kmz.recovery.actions.links import revoke_links
from kmz.recovery.actions.steps import add_step


def change_address(
    customer_id: int,
    *,
    new_email: str,
    reason: str,
    identification: list[str],
    lifetime: timedelta,
    case_id: int | None,
    by: StaffUser,
) -> None:
    """Enter another address (C08). It takes effect when the new mailbox confirms it.

    The old address is told at once. Links that went there die. RefusedError when the customer was
    not identified, or the address cannot be taken.
    """
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id, with_for_update=True)
        profile = session.get_one(CustomerProfile, customer_id)
        refused = [
            *problems.account_problems(customer),
            *address_problems(customer, new_email),
            *problems.taken_problems(accounts.find_customer(new_email), customer),
            *problems.identification_problems(identification, profile),
        ]
        if refused:
            raise RefusedError(*refused)
        revoke_links(session, customer_id)
        withdraw_address_changes(session, customer_id)
        how = ",".join(identification)
        change, token = add_address_change(
            session, customer, AddressWish(new_email, lifetime, reason, how), by=by
        )
        send_address_link(session, customer, change, token)
        if customer.email:
            objection = new_token()
            change.objection_hash = token_digest(objection)
            mails.send_change_told(session, customer, change, objection)
        named = rules.identification_names(how)
        add_step(session, case_id, "address_changed", by=by, note=f"{named}: {reason}")
        record(
            session,
            "recovery.address_entered",
            by=by,
            kind="customer",
            object_id=customer_id,
            identification=how,
        )
    log.event("recovery.address_entered", actor=by.actor_name, customer=customer_id)


def object_to_change(token: str, *, password_hash: str, due_on: date) -> bool:
    """„Das war ich nicht“: the change counts no more, and nothing that grew from it survives.

    Every link dies and every login ends. Where the change was confirmed already, the old address
    comes back, and the password gives way to `password_hash` (of a password nobody knows), because
    whoever made the change may have set it. False when the link is dead.
    """
    with transaction() as session:
        change = queries.find_objectionable(token)
        if change is None:
            return False
        customer = session.get_one(CustomerAccount, change.customer_id, with_for_update=True)
        statement = (
            update(AddressChange)
            .where(AddressChange.id == change.id, AddressChange.objected_at.is_(None))
            .values(objected_at=clock.now())
        )
        if count_changed(session, statement) != 1:
            return False
        session.refresh(change)
        if change.confirmed_at is not None:
            _revert(session, customer, change, password_hash)
        revoke_links(session, customer.id)
        withdraw_address_changes(session, customer.id)
        end_reset_links(session, customer.id)
        end_logins(customer, by=VISITOR)
        note_objection(session, customer, due_on=due_on)
        mails.send_objection_noted(session, customer, change.old_email)
        record(
            session,
            "recovery.objected",
            by=VISITOR,
            kind="customer",
            object_id=customer.id,
            change=change.id,
        )
        customer_id = customer.id
    log.warn("recovery.objected", customer=customer_id)
    return True


def _revert(
    session: Session, customer: CustomerAccount, change: AddressChange, password_hash: str
) -> None:
    """Give the account back to its old mailbox. Should that have become another account's in the
    meantime, this one is locked, and the office sorts it out.
    """
    owner = accounts.find_customer(change.old_email)
    if owner is None or owner.id == customer.id:
        customer.email = change.old_email
        customer.email_key = account_rules.email_key(change.old_email)
    else:
        customer.disabled_at = clock.now()
    set_new_password(session, customer, password_hash)
    forget_devices(customer)
    session.execute(
        delete(Passkey).where(
            Passkey.customer_id == customer.id, Passkey.created_at >= change.created_at
        )
    )

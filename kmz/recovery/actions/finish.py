"""The end of the way back in: personal data looked at, new password set (C13–C18)."""

from enum import Enum

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts.actions.addresses import fulfil_address_change, request_address_change
from kmz.accounts.actions.passwords import set_new_password
from kmz.accounts.actions.profile import change_profile
from kmz.accounts.models import CustomerAccount
from kmz.accounts.rules import PersonalData, email_key
from kmz.audit.actions import record
from kmz.db import count_changed, transaction, violated
from kmz.recovery import link_mails, queries
from kmz.recovery.actions.cases import note_finished
from kmz.recovery.models import RecoveryLink
from kmz.recovery.puzzle.rules import is_solved


def note_data_opened(customer_id: int) -> None:
    """Note that somebody with a recovery link looked at the personal data."""
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id)
        record(session, "recovery.data_opened", by=customer, kind="customer", object_id=customer_id)


class Outcome(Enum):
    """How it ended; with `DONE_NEW_ADDRESS` a new mailbox still has to confirm itself."""

    DEAD = "dead"
    DONE = "done"
    DONE_NEW_ADDRESS = "done_new_address"


def finish_recovery(
    token: str,
    *,
    customer_id: int,
    browser_hash: str,
    password_hash: str,
    data: PersonalData,
    email: str,
) -> Outcome:
    """Set the new password and store the data, once; another address only gets a link (REC-10).

    The account is locked first; then one UPDATE uses the link up, so of several clicks at once one
    wins. All other logins end. The hash is made by the caller, because it is slow on purpose.
    A link that went to an address which staff entered confirms it. RefusedError, and the link stays
    good, when the address in the form must not be asked for.
    """
    try:
        return _finish(token, customer_id, browser_hash, password_hash, data, email)
    except IntegrityError as error:
        if violated(error, "uq_customer_account_email_key"):
            return Outcome.DEAD  # another account confirmed that address in the meantime
        raise


def _finish(
    token: str,
    customer_id: int,
    browser_hash: str,
    password_hash: str,
    data: PersonalData,
    email: str,
) -> Outcome:
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id, with_for_update=True)
        link = queries.find_open_link(token)
        if link is None or link.customer_id != customer_id:
            return Outcome.DEAD
        if not is_solved(link, browser_hash, clock.now()) or not _take(session, link):
            return Outcome.DEAD
        known = {customer.email_key}
        if link.address_change_id is not None:
            # Before the new password, which withdraws what nobody confirmed.
            fulfil_address_change(session, link.address_change_id, customer)
            known.add(customer.email_key)
        set_new_password(session, customer, password_hash)
        change_profile(customer_id, data)
        is_new_address = bool(email) and email_key(email) not in known
        if is_new_address:
            request_address_change(customer_id, new_email=email, by=customer)
        _note_finished(session, link, customer)
        if customer.email:
            link_mails.send_access_restored(session, customer)
        actor = customer.actor_name
    log.event("recovery.finished", actor=actor)
    return Outcome.DONE_NEW_ADDRESS if is_new_address else Outcome.DONE


def _take(session: Session, link: RecoveryLink) -> bool:
    statement = (
        update(RecoveryLink)
        .where(
            RecoveryLink.id == link.id,
            RecoveryLink.used_at.is_(None),
            RecoveryLink.revoked_at.is_(None),
        )
        .values(used_at=clock.now())
    )
    return count_changed(session, statement) == 1


def _note_finished(session: Session, link: RecoveryLink, customer: CustomerAccount) -> None:
    note_finished(session, link, by=customer)
    record(
        session,
        "recovery.finished",
        by=customer,
        kind="customer",
        object_id=customer.id,
        way=link.way,
    )

"""Recovery links: sending them, agreeing to them, sending them again, writing a letter (C07, C09).

Only the newest way back into an account works. Staff never see a link; the code of a letter they
see once, because they print it.
"""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts.models import AddressChange, CustomerAccount, CustomerProfile, StaffUser
from kmz.audit.actions import VISITOR, record
from kmz.crypto import new_token, token_digest
from kmz.db import count_changed, transaction
from kmz.errors import RefusedError
from kmz.recovery import mails, problems, queries, rules
from kmz.recovery.actions.steps import add_step
from kmz.recovery.models import RecoveryCase, RecoveryLink


def revoke_links(session: Session, customer_id: int) -> None:
    """Make every link, code and wish of an account useless; part of the caller's transaction."""
    session.execute(
        update(RecoveryLink)
        .where(
            RecoveryLink.customer_id == customer_id,
            RecoveryLink.used_at.is_(None),
            RecoveryLink.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )


def request_link(
    customer_id: int, *, case_id: int | None, lifetime: timedelta, by: StaffUser
) -> bool:
    """Send the recovery link to the account's mailbox; False when a second person has to agree.

    That is so while the address is less than 72 hours old or not confirmed yet (L34). Raises
    RefusedError when there is no mailbox or the account is locked.
    """
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id, with_for_update=True)
        pending = queries.find_pending_change(customer_id)
        refused = problems.link_problems(customer, pending)
        if refused:
            raise RefusedError(*refused)
        change = pending or queries.find_young_change(customer)
        waits = change is not None and rules.is_young(change, clock.now())
        revoke_links(session, customer_id)
        link = RecoveryLink(
            case_id=case_id,
            customer_id=customer_id,
            address_change_id=change.id if change else None,
            way="mail",
            sent_to=queries.mailbox_of(customer, pending),
            requested_by_id=by.id,
            created_at=clock.now(),
        )
        session.add(link)
        session.flush()
        if not waits:
            _send(session, customer, link, change, lifetime)
        kind = "link_wanted" if waits else "link_sent"
        add_step(session, case_id, kind, by=by)
        record(session, f"recovery.{kind}", by=by, kind="customer", object_id=customer_id)
    log.event("recovery.link_requested", actor=by.actor_name, customer=customer_id, waits=waits)
    return not waits


def _send(
    session: Session,
    customer: CustomerAccount,
    link: RecoveryLink,
    change: AddressChange | None,
    lifetime: timedelta,
) -> None:
    """The first mail of a link; an address it is to confirm stays confirmable as long."""
    token, now = new_token(), clock.now()
    link.token_hash = token_digest(token)
    link.sent_at, link.expires_at = now, now + lifetime
    if change is not None and change.confirmed_at is None:
        change.expires_at = max(change.expires_at, link.expires_at)
    mails.send_link(session, customer, link, token)


def approve_link(link_id: int, *, lifetime: timedelta, by: StaffUser) -> bool:
    """A second member of staff agrees, and the mail goes out, once; False when there is nothing
    to agree to. RefusedError for whoever asked for the link, and when the address changed since.
    """
    with transaction() as session:
        link = session.get(RecoveryLink, link_id)
        if link is None:
            return False
        if link.requested_by_id == by.id:
            raise RefusedError(problems.OWN_WISH)
        customer = session.get_one(CustomerAccount, link.customer_id, with_for_update=True)
        if not _take_wish(session, link_id, approved_by_id=by.id):
            return False
        pending = queries.find_pending_change(customer.id)
        refused = problems.link_problems(customer, pending)
        if link.sent_to != queries.mailbox_of(customer, pending):
            refused.append(problems.ADDRESS_CHANGED)
        if refused:
            raise RefusedError(*refused)
        change = pending or queries.find_young_change(customer)
        _send(session, customer, link, change, lifetime)
        add_step(session, link.case_id, "link_approved", by=by)
        record(session, "recovery.link_approved", by=by, kind="customer", object_id=customer.id)
        customer_id = customer.id
    log.event("recovery.link_approved", actor=by.actor_name, customer=customer_id)
    return True


def refuse_link(link_id: int, *, by: StaffUser) -> bool:
    """End a wish, one's own or a colleague's; False when there is none."""
    with transaction() as session:
        link = session.get(RecoveryLink, link_id)
        if link is None or not _take_wish(session, link_id, revoked_at=clock.now()):
            return False
        add_step(session, link.case_id, "link_refused", by=by)
        record(session, "recovery.link_refused", by=by, kind="customer", object_id=link.customer_id)
    return True


def _take_wish(session: Session, link_id: int, **values: object) -> bool:
    """Decide about a wish by one UPDATE, so that of several at once one wins."""
    statement = (
        update(RecoveryLink)
        .where(
            RecoveryLink.id == link_id,
            RecoveryLink.token_hash.is_(None),
            RecoveryLink.approved_by_id.is_(None),
            RecoveryLink.revoked_at.is_(None),
        )
        .values(**values)
    )
    return count_changed(session, statement) == 1


def resend_link(session: Session, case: RecoveryCase) -> None:
    """Mail the open link of a case again, to the address it went to; part of the transaction.

    A new token takes the place of the old one, which dies; the link does not live longer by it.
    """
    link = queries.find_mailed_link_of(case.id)
    if link is None:
        return
    mailbox = queries.mailbox_of(link.customer, queries.find_pending_change(link.customer_id))
    if link.sent_to != mailbox:
        return
    token = new_token()
    link.token_hash = token_digest(token)
    link.browser_hash = link.solved_at = None
    mails.send_link(session, link.customer, link, token)
    add_step(session, case.id, "link_resent", by=VISITOR)


def write_letter(
    customer_id: int, *, identification: list[str], case_id: int | None, by: StaffUser
) -> str:
    """A code for a printed letter, where no mailbox exists; it is shown this once.

    A mailbox that is known all the same is told. RefusedError when the customer was not identified
    or has no complete postal address.
    """
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id, with_for_update=True)
        profile = session.get_one(CustomerProfile, customer_id)
        refused = problems.letter_problems(customer, profile)
        refused += problems.identification_problems(identification, profile)
        if refused:
            raise RefusedError(*refused)
        revoke_links(session, customer_id)
        code, now = rules.new_code(), clock.now()
        session.add(
            RecoveryLink(
                case_id=case_id,
                customer_id=customer_id,
                way="letter",
                requested_by_id=by.id,
                token_hash=token_digest(rules.normalise_code(code)),
                created_at=now,
                sent_at=now,
                expires_at=now + rules.LETTER_LIFETIME,
            )
        )
        how = ",".join(identification)
        add_step(session, case_id, "letter_written", by=by, note=rules.identification_names(how))
        record(
            session,
            "recovery.letter_written",
            by=by,
            kind="customer",
            object_id=customer_id,
            identification=how,
        )
        if customer.email:
            mails.send_letter_notice(session, customer)
    log.event("recovery.letter_written", actor=by.actor_name, customer=customer_id)
    return code

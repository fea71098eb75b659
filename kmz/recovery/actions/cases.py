"""Recovery cases: asking for help, asking again, and what the office does with them."""

from datetime import date

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts.models import CustomerAccount, StaffUser
from kmz.audit.actions import SYSTEM, VISITOR, Actor, record
from kmz.crypto import new_token, token_digest
from kmz.db import count_changed, transaction
from kmz.recovery import mails, queries, rules
from kmz.recovery.actions.links import resend_link
from kmz.recovery.actions.steps import add_step
from kmz.recovery.models import RecoveryCase, RecoveryLink


def open_case(*, name: str, message: str, contact_email: str, due_on: date) -> str:
    """Keep what somebody without access wrote; the token of the status page.

    Nobody is looked up, so the answer is the same for known and unknown people (REC, C04). The
    receipt goes to the address that was typed, a few times a day at most; it repeats nothing that
    was typed, else strangers could be sent anything through us.
    """
    token = new_token()
    with transaction() as session:
        has_room = queries.recent_receipt_count(contact_email, rules.MAIL_WINDOW) < rules.MAX_MAILS
        case = _new_case(session, token, name=name, message=message, due_on=due_on)
        case.contact_email = contact_email
        session.flush()
        add_step(session, case.id, "opened", by=VISITOR)
        record(session, "recovery.opened", by=VISITOR, kind="recovery_case", object_id=case.id)
        if contact_email and has_room:
            mails.send_receipt(session, case, token)
        case_id = case.id
    log.event("recovery.opened", case=case_id)
    return token


def _new_case(
    session: Session, token: str, *, name: str, message: str, due_on: date
) -> RecoveryCase:
    case = RecoveryCase(
        reference=rules.new_reference(),
        status_hash=token_digest(token),
        name=name,
        message=message,
        created_at=clock.now(),
        due_on=due_on,
    )
    session.add(case)
    return case


def ask_again(token: str) -> bool:
    """Link erneut senden (C09), from the status page: at most a few times a day.

    A link that is still open goes to the same stored address again; otherwise the office sees that
    somebody waits. False when there is no such case. The caller answers the same in every case.
    """
    with transaction() as session:
        case = queries.find_case(token)
        if case is None:
            return False
        session.refresh(case, with_for_update=True)
        asked = queries.recent_step_count(case.id, "asked_again", rules.MAIL_WINDOW)
        if case.closed_at is None and asked < rules.MAX_MAILS:
            add_step(session, case.id, "asked_again", by=VISITOR)
            resend_link(session, case)
    return True


def assign_customer(case_id: int, customer_id: int | None, *, by: StaffUser) -> None:
    """Say whose account a case is about; None takes it back."""
    with transaction() as session:
        case = session.get_one(RecoveryCase, case_id)
        if customer_id is not None:
            session.get_one(CustomerAccount, customer_id)
        if case.customer_id == customer_id:
            return
        case.customer_id = customer_id
        kind = "unassigned" if customer_id is None else "assigned"
        add_step(session, case_id, kind, by=by)
        record(
            session,
            f"recovery.{kind}",
            by=by,
            kind="recovery_case",
            object_id=case_id,
            customer=customer_id,
        )


def note_case(case_id: int, text: str, *, by: StaffUser) -> None:
    """Keep a remark for the colleagues."""
    with transaction() as session:
        add_step(session, case_id, "noted", by=by, note=text)
        record(session, "recovery.noted", by=by, kind="recovery_case", object_id=case_id)


def close_case(case_id: int, *, outcome: str, reason: str, by: StaffUser) -> bool:
    """End a case; False when it had ended already. Who is refused learns why, if we know where."""
    with transaction() as session:
        if not _end(session, case_id, outcome=outcome):
            return False
        add_step(session, case_id, outcome, by=by, note=reason)
        record(session, f"recovery.{outcome}", by=by, kind="recovery_case", object_id=case_id)
        case = session.get_one(RecoveryCase, case_id)
        if outcome == "rejected" and case.contact_email:
            mails.send_rejection(session, case, reason)
    log.event("recovery.closed", actor=by.actor_name, case=case_id, outcome=outcome)
    return True


def _end(session: Session, case_id: int, *, outcome: str) -> bool:
    statement = (
        update(RecoveryCase)
        .where(RecoveryCase.id == case_id, RecoveryCase.closed_at.is_(None))
        .values(closed_at=clock.now(), outcome=outcome)
    )
    return count_changed(session, statement) == 1


def note_finished(session: Session, link: RecoveryLink, *, by: Actor) -> None:
    """The customer is back in; part of the transaction that used the link. The case is done."""
    if link.case_id is None:
        return
    add_step(session, link.case_id, "finished", by=by)
    _end(session, link.case_id, outcome="done")


def note_objection(session: Session, customer: CustomerAccount, *, due_on: date) -> None:
    """The old address of a customer objected: the newest case says so and waits again, or a new
    one does. Part of the objection's transaction.
    """
    case = queries.newest_case_of(customer.id)
    if case is None:
        case = _new_case(
            session,
            new_token(),
            name=customer.full_name,
            message="Widerspruch gegen die Änderung der E-Mail-Adresse",
            due_on=due_on,
        )
        case.customer_id = customer.id
        session.flush()
        add_step(session, case.id, "opened_by_objection", by=SYSTEM)
    elif case.closed_at is not None:
        case.closed_at, case.outcome, case.due_on = None, "", due_on
    add_step(session, case.id, "objected", by=VISITOR)


def delete_old_cases() -> int:
    """Forget cases and links a year after their end."""
    old = clock.now() - rules.CASES_KEPT_FOR
    with transaction() as session:
        count_changed(session, delete(RecoveryLink).where(RecoveryLink.created_at < old))
        gone = count_changed(session, delete(RecoveryCase).where(RecoveryCase.closed_at < old))
        if gone:
            record(session, "recovery.purged", by=SYSTEM, kind="recovery_case", count=gone)
    return gone

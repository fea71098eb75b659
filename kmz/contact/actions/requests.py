"""Questions: taking them in, calling back, getting them done, forgetting them."""

from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts.models import CustomerAccount, StaffUser
from kmz.audit.actions import SYSTEM, VISITOR, record
from kmz.catalog.models import Course
from kmz.contact import mails
from kmz.contact.models import ContactRequest
from kmz.contact.problems import CHANGED_MEANWHILE, too_many_problems
from kmz.contact.rules import KEPT_AFTER_DONE
from kmz.db import count_changed, one_at_a_time, transaction
from kmz.errors import RefusedError
from kmz.recovery.rules import new_reference


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know, and how to answer. `booking_reference` is one of the own."""

    name: str
    email: str
    message: str
    phone: str = ""
    callback_window: str = ""
    area_id: int | None = None
    course: Course | None = None
    booking_reference: str = ""


def ask(question: Question, *, customer: CustomerAccount | None) -> str:
    """Keep a question and send its receipt; its number. RefusedError after too many in a day."""
    customer_id = customer.id if customer else None
    with transaction() as session:
        one_at_a_time(session, f"contact {customer_id or question.email.lower()}")
        problems = too_many_problems(email=question.email, customer_id=customer_id)
        if problems:
            raise RefusedError(*problems)
        request = ContactRequest(
            reference=new_reference("A"),
            customer_id=customer_id,
            course_id=question.course.id if question.course else None,
            booking_reference=question.booking_reference,
            program_area_id=question.area_id,
            name=question.name,
            email=question.email,
            phone=question.phone,
            callback_window=question.callback_window,
            message=question.message,
            created_at=clock.now(),
        )
        session.add(request)
        session.flush()
        course = question.course.display_line if question.course else ""
        mails.send_receipt(session, request, course=course)
        record(
            session,
            "contact.asked",
            by=customer or VISITOR,
            kind="contact_request",
            object_id=request.id,
        )
        reference, request_id = request.reference, request.id
    log.event("contact.asked", request=request_id)
    return reference


def note_call(request_id: int, *, version: int, by: StaffUser) -> None:
    """The office has called; the customer sees when. RefusedError when somebody was faster."""
    now = clock.now()
    _change(request_id, version, "contact.called", by=by, called_at=now, called_by_id=by.id)


def finish(request_id: int, *, version: int, by: StaffUser) -> None:
    """The question is answered. RefusedError when somebody was faster."""
    _change(request_id, version, "contact.done", by=by, done_at=clock.now())


def reopen(request_id: int, *, version: int, by: StaffUser) -> None:
    """There is still something to do. RefusedError when somebody was faster."""
    _change(request_id, version, "contact.reopened", by=by, done_at=None)


def keep_note(request_id: int, note: str, *, version: int, by: StaffUser) -> None:
    """A remark for the colleagues. RefusedError when somebody was faster."""
    _change(request_id, version, "contact.noted", by=by, note=note)


def _change(request_id: int, version: int, action: str, *, by: StaffUser, **values: object) -> None:
    """Change a question as it was shown; the version tells whether it still is that way."""
    with transaction() as session:
        changed = count_changed(
            session,
            update(ContactRequest)
            .where(ContactRequest.id == request_id, ContactRequest.version == version)
            .values(version=version + 1, **values),
        )
        if not changed:
            raise RefusedError(CHANGED_MEANWHILE)
        record(session, action, by=by, kind="contact_request", object_id=request_id)


def forget_person(session: Session, customer_id: int) -> None:
    """Delete a leaving customer's questions; part of the caller's transaction (L28)."""
    session.execute(delete(ContactRequest).where(ContactRequest.customer_id == customer_id))


def delete_old_requests() -> None:
    """Forget questions twelve months after they were done."""
    with transaction() as session:
        old = clock.now() - KEPT_AFTER_DONE
        gone = count_changed(session, delete(ContactRequest).where(ContactRequest.done_at < old))
        if gone:
            record(session, "contact.purged", by=SYSTEM, kind="contact_request", count=gone)

"""What the tests of looks see of booking: a form that somebody has opened and filled in."""

from dataclasses import replace

from sqlalchemy import select

from kmz.accounts.models import CustomerAccount
from kmz.banking.models import BankAccount
from kmz.booking.checkout.actions.drafts import save_draft
from kmz.booking.checkout.drafted import DraftLine, fresh_content
from kmz.booking.models import ConcessionReason
from kmz.booking.rules import CartOwner, ParticipantName
from kmz.booking.seats.holds import HoldTerms
from kmz.db import db, transaction
from tests.factories import make_course

_HOLDING = HoldTerms(
    minutes=15, owner="looking", address="looking", most_per_owner=9, most_per_address=9
)


def fill_booking(customer: CustomerAccount, long_title: str) -> dict[str, object]:
    """A form with two people, an Ermäßigung, a remark, and held seats."""
    account = db.session.scalars(
        select(BankAccount.id).where(BankAccount.customer_id == customer.id)
    ).first()
    with transaction() as session:
        reason = ConcessionReason(code="student", label="Studierende", percent=25)
        session.add(reason)
        session.flush()
        reason_id = reason.id
    course = make_course(title=long_title, concession_allowed=True, min_age=6)
    other = DraftLine(
        course_id=course.id,
        person=ParticipantName("Mia", "Beispiel"),
        is_minor=True,
        concession_id=reason_id,
    )
    content = fresh_content([course.id])
    content = replace(
        content,
        lines=(*content.lines, other),
        bank_account_id=account,
        remark=long_title,
        is_ready=True,
    )
    owner = CartOwner(customer_id=customer.id)
    return {"form": save_draft(owner, content, holding=_HOLDING)}

"""Booking for the people of the demo, by the way a customer takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kmz import clock
from kmz.booking.checkout.actions.book import book
from kmz.booking.checkout.actions.drafts import save_draft
from kmz.booking.checkout.agreed_texts import terms_of
from kmz.booking.checkout.drafted import fresh_content
from kmz.booking.models import Booking, BookingRequest, BookingStatus
from kmz.booking.problems import total_cents
from kmz.booking.queries import courses_by_id
from kmz.booking.rules import CartOwner
from kmz.content.queries import terms_version
from kmz.db import db
from kmz.demo.customers import SeededCustomer


def collect_due(session: Session) -> None:
    """As if the bank had collected what was announced: the house's own SEPA run says so, and the
    demo has none.
    """
    session.execute(
        update(Booking)
        .where(Booking.status == BookingStatus.CONFIRMED, Booking.due_on <= clock.today())
        .values(paid_cents=Booking.fee_cents)
    )
    session.expire_all()


@dataclass(frozen=True, slots=True)
class Bookings:
    """Who can book, and the courses of the current programme by their titles."""

    customers: Mapping[str, SeededCustomer]
    ids_by_title: Mapping[str, int]
    reasons: Mapping[str, int]

    def courses_titled(self, titles: Iterable[str]) -> list[int]:
        return [self.ids_by_title[title] for title in titles]

    def book(
        self, email: str, course_ids: list[int], *, remark: str = "", concession: str = ""
    ) -> list[int]:
        """Book these courses for the person herself, now; the ids of the bookings."""
        customer = self.customers[email]
        owner = CartOwner(customer_id=customer.id)
        content = fresh_content(course_ids)
        reason = self.reasons.get(concession)
        content = replace(
            content,
            lines=tuple(replace(line, concession_id=reason) for line in content.lines),
            bank_account_id=customer.bank_account_id,
            remark=remark,
            is_ready=True,
        )
        total = total_cents(courses_by_id(course_ids))
        terms = terms_of(content, terms_version(), shown_total=total)
        reference = book(owner, save_draft(owner, content), terms)
        query = (
            select(Booking.id)
            .join(Booking.request)
            .where(BookingRequest.reference == reference)
            .order_by(Booking.id)
        )
        return list(db.session.scalars(query))

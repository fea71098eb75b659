"""Booking for the people of the demo, by the way a customer takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from kmz.banking.rules import MANDATE_TEXT_VERSION
from kmz.booking.actions.checkout import Terms, book
from kmz.booking.actions.drafts import save_draft
from kmz.booking.models import Booking, BookingRequest
from kmz.booking.problems import total_cents
from kmz.booking.queries import courses_by_id
from kmz.booking.rules import DraftContent, ParticipantName
from kmz.config import Config
from kmz.content.queries import terms_version
from kmz.db import db
from kmz.demo.customers import SeededCustomer


@dataclass(frozen=True, slots=True)
class Bookings:
    """Who can book, and the courses of the current programme by their titles."""

    customers: Mapping[str, SeededCustomer]
    ids_by_title: Mapping[str, int]

    def courses_titled(self, titles: Iterable[str]) -> list[int]:
        return [self.ids_by_title[title] for title in titles]

    def book(self, email: str, course_ids: list[int], *, remark: str = "") -> list[int]:
        """Book these courses for the person herself, now; the ids of the bookings."""
        config: Config = current_app.config["KMZ"]
        customer = self.customers[email]
        person = ParticipantName(customer.first_name, customer.last_name)
        content = DraftContent(
            participants=dict.fromkeys(course_ids, person),
            bank_account_id=customer.bank_account_id,
            remark=remark,
        )
        terms = Terms(
            shown_total=total_cents(courses_by_id(course_ids)),
            texts={"terms": terms_version(), "mandate": MANDATE_TEXT_VERSION},
            creditor_id=config.creditor_id,
            bank_account_required=config.bank_account_required,
        )
        reference = book(customer.id, save_draft(customer.id, content).key, terms)
        query = (
            select(Booking.id)
            .join(Booking.request)
            .where(BookingRequest.reference == reference)
            .order_by(Booking.id)
        )
        return list(db.session.scalars(query))

"""The rows of a booking request as they are frozen at the click (L06)."""

from typing import Any

from kmz import clock
from kmz.accounts.light import LightCustomer
from kmz.booking import rules
from kmz.booking.checkout.drafted import ContractPartner, DraftLine, attendee
from kmz.booking.checkout.prices import Price
from kmz.booking.course_facts import Facts
from kmz.booking.leaving.cancellation_rules import CancellationTerms
from kmz.booking.models import BookingStatus
from kmz.catalog.light import LightCourse

_PARTNER = (
    "first_name",
    "last_name",
    "email",
    "salutation",
    "title",
    "street",
    "house_number",
    "postal_code",
    "city",
    "country",
    "phone",
)


def partner_row(buyer: LightCustomer | ContractPartner) -> dict[str, Any]:
    """The Vertragspartner as columns of the request."""
    return {
        "customer_id": buyer.customer_id,
        "contract_partner": {name: getattr(buyer, name) for name in _PARTNER},
    }


def booking_row(
    buyer: LightCustomer | ContractPartner,
    course: LightCourse,
    line: DraftLine,
    price: Price,
    terms: CancellationTerms,
    facts: Facts,
    *,
    guest_key: str | None,
) -> dict[str, Any]:
    """One person in one course, as it was agreed; the request's id is still missing."""
    person = attendee(line, buyer)
    key = rules.participant_key(buyer.customer_id, person, guest_key=guest_key)
    return {
        "customer_id": buyer.customer_id,
        "course_id": course.id,
        "participant_first_name": person.first_name,
        "participant_last_name": person.last_name,
        "participant_key": key,
        "participant_birth_date": line.birth_date,
        "is_minor": line.is_minor,
        "status": BookingStatus.REQUESTED,
        "fee_cents": price.cents,
        "concession_reason_id": line.concession_id if price.reduced_cents is not None else None,
        "concession_status": price.status,
        "concession_fee_cents": price.reduced_cents,
        "paid_cents": 0,
        "sequence": 0,
        "agreed": rules.agreed_data(
            course, price_cents=price.cents, cancellation=terms.as_json(), facts=facts
        ),
        "told_version": course.version,
        "requested_at": clock.now(),
    }

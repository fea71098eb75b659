"""What people and the audit log are told of what happened in a walk."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from kmz.booking.models import BookingStatus, OfferOutcome, WaitlistStatus
from kmz.booking.rules import CONCESSION_EVENTS, REFUNDED
from tests.booking.walk.books import Books

# Which mail an event of a booking has. The receipt belongs to the request, not to its bookings; a
# Widerruf has the receipt of the declaration, and a mail of its own only if staff found it.
MAIL_OF = {
    BookingStatus.CONFIRMED: "M09",
    BookingStatus.REJECTED: "M10",
    BookingStatus.EXPIRED: "M10",
    BookingStatus.CANCELLED_BY_CUSTOMER: "M16",
    BookingStatus.CANCELLED_BY_PROVIDER: "M13",
    BookingStatus.REBOOKED: "M34",
    **dict.fromkeys(CONCESSION_EVENTS, "M30"),
}
_ENDED = (
    WaitlistStatus.BOOKED,
    WaitlistStatus.LEFT,
    WaitlistStatus.DECLINED,
    WaitlistStatus.LAPSED,
    WaitlistStatus.REMOVED,
)
_WATCHED = ("booking.", "waitlist.", "refund.", "withdrawal.", "course.", "concession.")


def check_mails(books: Books, addresses: Mapping[int, str], told: Counter[tuple[str, str]]) -> None:
    """Every event has exactly its mail, and there is no mail without an event. `addresses` are
    those of the customers, `told` counts what no row remembers.
    """
    wanted = Counter(told)
    partner = {one.id: one.contract_partner["email"] for one in books.requests}
    of_booking = {one.id: partner[one.request_id] for one in books.bookings}
    for request in books.requests:
        wanted["M08G" if request.guest_key else "M08", partner[request.id]] += 1
    for event in _without_moves(books):
        kind = MAIL_OF.get(event.status)
        if event.status == BookingStatus.WITHDRAWN and event.actor.startswith("staff:"):
            kind = "M16"
        if kind:
            wanted[kind, of_booking[event.booking_id]] += 1
    waiting = {one.id: addresses.get(one.customer_id, one.email) for one in books.entries}
    for entry in books.entries:
        wanted["M11", waiting[entry.id]] += 1
        wanted["M32", waiting[entry.id]] += entry.status == WaitlistStatus.REMOVED
    for offer in books.offers:
        wanted["M12", waiting[offer.entry_id]] += 1
        wanted["M31", waiting[offer.entry_id]] += offer.outcome == OfferOutcome.LAPSED
    for withdrawal in books.withdrawals:
        wanted["M17", withdrawal.email] += not withdrawal.is_withheld
    assert Counter((one.kind, one.recipient) for one in books.mails) == +wanted


def _without_moves(books: Books) -> Iterator[Any]:
    """The events, without the first of a booking that was moved here: its Umbuchung is told at the
    booking that ended by it.
    """
    moved = books.moved_here
    for event in books.events:
        if event.booking_id in moved:
            moved.discard(event.booking_id)
        else:
            yield event


def _noted_of_bookings(books: Books) -> Iterator[tuple[str, int]]:
    for event in _without_moves(books):
        if event.status in CONCESSION_EVENTS:
            yield event.status.replace("_", "."), event.booking_id
        elif event.status not in {BookingStatus.REQUESTED, REFUNDED}:
            yield f"booking.{event.status}", event.booking_id
    for moved in books.moved_here:
        yield "booking.rebooked_from", moved


def check_audit(books: Books, noted: Counter[tuple[str, int | None]]) -> None:
    """Every change has its entry, and there is none without a change. `noted` counts what no row
    remembers.
    """
    wanted = Counter(noted)
    wanted["booking.requested", None] += len(books.requests)
    wanted.update(_noted_of_bookings(books))
    for entry in books.entries:
        wanted["waitlist.joined", entry.id] += 1
        if entry.status in _ENDED:
            wanted[f"waitlist.{entry.status}", entry.id] += 1
    for offer in books.offers:
        wanted["waitlist.offered", offer.entry_id] += 1
    for refund in books.refunds:
        wanted["refund.noted", refund.id] += 1
        wanted["refund.done", refund.id] += refund.done_at is not None
    for withdrawal in books.withdrawals:
        wanted["withdrawal.declared", withdrawal.id] += 1
    found = Counter(
        (one.action, one.object_id) for one in books.audit if one.action.startswith(_WATCHED)
    )
    assert found == +wanted

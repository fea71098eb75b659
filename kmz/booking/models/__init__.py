"""Tables of booking: people and carts, seats, bookings, the Warteliste, leaving again."""

from kmz.booking.models.bookings import (
    SEAT_HOLDING,
    Booking,
    BookingEvent,
    BookingRequest,
    BookingStatus,
    ConcessionReason,
    ConcessionStatus,
    PaymentMethod,
)
from kmz.booking.models.carts import BookingDraft, Cart, CartItem, Participant
from kmz.booking.models.exchange import CalendarFeed, KuferCorrection, KuferExport
from kmz.booking.models.leaving import Cancellation, Refund, Withdrawal, WithdrawalLine
from kmz.booking.models.notices import CourseChange
from kmz.booking.models.queue import QueueTicket
from kmz.booking.models.seats import SeatHold
from kmz.booking.models.waitlist import (
    OfferOutcome,
    WaitlistEntry,
    WaitlistOffer,
    WaitlistStatus,
)

__all__ = [
    "SEAT_HOLDING",
    "Booking",
    "BookingDraft",
    "BookingEvent",
    "BookingRequest",
    "BookingStatus",
    "CalendarFeed",
    "Cancellation",
    "Cart",
    "CartItem",
    "ConcessionReason",
    "ConcessionStatus",
    "CourseChange",
    "KuferCorrection",
    "KuferExport",
    "OfferOutcome",
    "Participant",
    "PaymentMethod",
    "QueueTicket",
    "Refund",
    "SeatHold",
    "WaitlistEntry",
    "WaitlistOffer",
    "WaitlistStatus",
    "Withdrawal",
    "WithdrawalLine",
]

"""What is to be transferred for bookings, and to which account of the house (domain.md 1.10)."""

from collections.abc import Sequence

from flask import current_app

from kmz.banking.transfers import Transfer
from kmz.booking.models import SEAT_HOLDING, Booking, BookingRequest, BookingStatus, PaymentMethod

# A debit collects its fee itself, and cash comes over the counter. Who was to pay nothing chose no
# way, and may owe the full fee once an Ermäßigung is refused.
_TRANSFERRED = (PaymentMethod.BANK_TRANSFER, PaymentMethod.NONE)
OWING = (*SEAT_HOLDING, BookingStatus.CANCELLED_BY_CUSTOMER)


def transfer_of(request: BookingRequest, bookings: Sequence[Booking]) -> Transfer | None:
    """What is open of these bookings of one request, as one transfer; None where nothing is, where
    it is paid in another way, and where the house names no IBAN. Once something of it is due, what
    nobody has confirmed yet does not count.
    """
    config = current_app.config["KMZ"]
    owing = [booking for booking in bookings if booking.status in OWING]
    due = [booking for booking in owing if booking.status != BookingStatus.REQUESTED]
    cents = sum(booking.open_cents for booking in due or owing)
    if not cents or request.payment_method not in _TRANSFERRED or not config.creditor_iban:
        return None
    return Transfer(
        name=config.creditor_name,
        iban=config.creditor_iban,
        bic=config.creditor_bic,
        cents=cents,
        purpose=request.reference,
    )

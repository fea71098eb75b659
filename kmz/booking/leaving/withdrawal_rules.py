"""Pure rules of the Widerruf (domain.md 2.2): until when, what its receipt says."""

import json
from collections.abc import Container, Iterable
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kmz import clock
from kmz.booking.models import Booking, BookingStatus
from kmz.booking.rules import contract_named
from kmz.crypto import token_digest

PERIOD = timedelta(days=14)
# § 357 BGB: money goes back within 14 days; a Storno gets the same time.
REFUND_WITHIN = timedelta(days=14)
# So many receipts to one address in a day; more declarations are taken in, and staff look at them.
MAX_RECEIPTS, RECEIPT_WINDOW = 5, timedelta(hours=24)
# How long the receipt can be seen on screen again.
SHOWN_FOR = timedelta(hours=24)
# § 195 BGB: claims end after three years; then a settled declaration proves nothing any more.
KEPT_AFTER_SETTLED = timedelta(days=3 * 366)
CHECK_MARK = "[PRÜFEN]"


class Right(StrEnum):
    """Whether a booking may be withdrawn from; BEGUN and LATE are for staff to judge."""

    OFFER = "offer"
    OPEN = "open"
    EXCLUDED = "excluded"
    LATE = "late"
    BEGUN = "begun"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What somebody declares (L14), as typed."""

    name: str
    contract: str
    email: str
    remark: str = ""


def says_nothing_else(declaration: Declaration, chosen: Iterable[Booking]) -> bool:
    """Whether it is about these bookings alone; forms send line ends of their own."""
    return not declaration.remark and declaration.contract.split() == contract_named(chosen).split()


def token_for(sent: str, declaration: Declaration, booking_ids: Iterable[int]) -> str:
    """The token of one declaration: sent twice it is the same, while another one from the same
    form, as after Back, counts for itself.
    """
    said = [sent, *astuple(declaration), *sorted(booking_ids)]
    return token_digest(json.dumps(said))


def withdrawal_until(contract_on: date, holidays: Container[date]) -> date:
    """The last day of the Widerrufsfrist; never a weekend or public holiday (§ 193 BGB, L11)."""
    last = contract_on + PERIOD
    while last.weekday() > 4 or last in holidays:
        last += timedelta(days=1)
    return last


def deadline_of(booking: Booking, holidays: Container[date]) -> date | None:
    """Until when a booking may be withdrawn from; None while it is only an offer."""
    if booking.confirmed_at is None:
        return None
    return withdrawal_until(clock.in_berlin(booking.confirmed_at).date(), holidays)


def right_of(booking: Booking, holidays: Container[date], today: date) -> Right:
    """What becomes of a Widerruf of this booking; its course and request are loaded.

    Who asked for an early start may owe for what has been taught (§ 357a BGB): staff decide.
    """
    if booking.status == BookingStatus.REQUESTED:
        return Right.OFFER
    if booking.status != BookingStatus.CONFIRMED:
        return Right.ENDED
    if booking.has_no_withdrawal_right:
        return Right.EXCLUDED
    last = deadline_of(booking, holidays)
    if last is None or today > last:
        return Right.LATE
    starts_on = booking.course.starts_on
    if starts_on and starts_on <= today and "early_start" in booking.request.accepted_texts:
        return Right.BEGUN
    return Right.OPEN


def is_open(right: Right) -> bool:
    """Whether the Widerruf takes effect at once."""
    return right in {Right.OFFER, Right.OPEN}


def exact_moment(at: datetime) -> str:
    """ "22.11.2026, 14:03:27 Uhr (MEZ, UTC+01:00)" (L16)."""
    local = clock.in_berlin(at)
    zone = {"CET": "MEZ", "CEST": "MESZ"}[local.tzname() or "CET"]
    offset = f"{local:%z}"
    return f"{local:%d.%m.%Y, %H:%M:%S} Uhr ({zone}, UTC{offset[:3]}:{offset[3:]})"

"""Pure rules of the Warteliste: what its states are called, and how long an offer is good."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kmz.booking.models import OfferOutcome, WaitlistStatus
from kmz.catalog.rules import CourseAvailability, CourseLike, availability, is_gone

STATUS_NAMES = {
    WaitlistStatus.WAITING: "wartet",
    WaitlistStatus.OFFERED: "Platz angeboten",
    WaitlistStatus.BOOKED: "gebucht",
    WaitlistStatus.LEFT: "verlassen",
    WaitlistStatus.DECLINED: "abgelehnt",
    WaitlistStatus.LAPSED: "Angebot verfallen",
    WaitlistStatus.REMOVED: "von uns gestrichen",
}
OUTCOME_NAMES = {
    OfferOutcome.OPEN: "offen",
    OfferOutcome.ACCEPTED: "angenommen",
    OfferOutcome.DECLINED: "abgelehnt",
    OfferOutcome.LAPSED: "verfallen",
    OfferOutcome.TAKEN_BACK: "zurückgenommen",
}
ON_THE_LIST = (WaitlistStatus.WAITING, WaitlistStatus.OFFERED)
# The exact words of the button (L01); what they cost stands beside it.
JOIN_BUTTON = "Auf die Warteliste setzen"
# An offer is shorter when the first session is nearer than this (domain.md 1.7).
NEAR = timedelta(days=4)
# Who has ended waiting is forgotten after this time: long enough to answer for the order.
KEPT_AFTER_END = timedelta(days=365)
# How many mails about joining one address gets in a day (REG-12).
MAX_MAILS, MAIL_WINDOW = 5, timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class OfferHours:
    """The house's own: how long an offer is good, usually and near the start."""

    usual: int
    near: int


@dataclass(frozen=True, slots=True)
class CourseTimes:
    """The moments of a course that end an offer; None where they are not known."""

    starts_at: datetime | None
    ends_at: datetime | None
    closes_at: datetime | None


def offer_ends(now: datetime, hours: OfferHours, times: CourseTimes) -> datetime | None:
    """Until when an offer made now is good, never beyond the start of the course (or its end, where
    one may come late) or the Anmeldeschluss; None where there is no time left.
    """
    begun = times.starts_at is not None and times.starts_at <= now
    near = times.starts_at is not None and times.starts_at - now < NEAR
    until = now + timedelta(hours=hours.near if near else hours.usual)
    limits = (times.ends_at if begun else times.starts_at, times.closes_at)
    until = min([until, *(limit for limit in limits if limit is not None)])
    return until if until > now else None


def time_left(until: datetime, now: datetime) -> str:
    """How long an offer is still good, in words: "noch 2 Tage", "noch 5 Stunden"."""
    minutes = max(0, int((until - now).total_seconds() // 60))
    hours = minutes // 60
    if hours >= 48:
        return f"noch {hours // 24} Tage"
    if hours:
        return "noch 1 Stunde" if hours == 1 else f"noch {hours} Stunden"
    return "noch 1 Minute" if minutes == 1 else f"noch {minutes} Minuten"


_CAN_BE_TAKEN = frozenset(
    {
        CourseAvailability.RUNNING_BOOKABLE,
        CourseAvailability.WAITLIST,
        CourseAvailability.FULL,
        CourseAvailability.FEW,
        CourseAvailability.FREE,
    }
)


def can_be_offered(course: CourseLike, now: datetime) -> bool:
    """Whether who gets a seat now could book it online."""
    return availability(course, now=now).code in _CAN_BE_TAKEN


def list_is_over(course: CourseLike, now: datetime) -> bool:
    """Whether nobody can get in any more: the list ends with the chance. The Anmeldeschluss does
    not end it, a seat may still come free until the course begins.
    """
    return is_gone(course, now)

"""Pure rules of booking: names of states, the person's key, what was agreed."""

import unicodedata
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from kmz.booking.models import BookingStatus
from kmz.catalog.light import LightCourse

STATUS_NAMES = {
    BookingStatus.REQUESTED: "eingegangen",
    BookingStatus.CONFIRMED: "fest eingebucht",
    BookingStatus.REJECTED: "abgelehnt",
    BookingStatus.CANCELLED_BY_PROVIDER: "Kurs abgesagt",
}
PAY_BUTTON = "Zahlungspflichtig buchen"
FREE_BUTTON = "Kostenfrei buchen"
MAX_ITEMS = 20
# domain.md 1.6: the office's dashboard shows a request red from this age on.
OVERDUE_AFTER_DAYS = 7


@dataclass(frozen=True, slots=True)
class ParticipantName:
    """Who attends: first and last name."""

    first_name: str
    last_name: str

    @property
    def key(self) -> str:
        """What makes two spellings one person within an account."""
        words = f"{self.first_name} {self.last_name}".split()
        return unicodedata.normalize("NFKC", " ".join(words)).casefold()


def participant_key(customer_id: int, participant: ParticipantName) -> str:
    """Unique per person: the same name in two accounts may be two people."""
    return f"{customer_id}:{participant.key}"[:250]


def button_label(total_cents: int) -> str:
    """The exact words of the last button (L01)."""
    return PAY_BUTTON if total_cents else FREE_BUTTON


def reference(draft_id: int, day: date) -> str:
    """The Vorgangsnummer, e.g. V26-000123; a draft becomes at most one request, so it is unique."""
    return f"V{day:%y}-{draft_id:06d}"


def agreed_data(course: LightCourse) -> dict[str, Any]:
    """The course as the customer saw it when booking."""
    return {
        "number": course.number,
        "title": course.title,
        "starts_on": course.starts_on.isoformat() if course.starts_on else None,
        "ends_on": course.ends_on.isoformat() if course.ends_on else None,
        "session_count": course.session_count,
        "fee_cents": course.fee_cents,
        "version": course.version,
    }


def summary_sentence(count: int, since: str) -> str:
    """U30: since when and how often somebody booked."""
    courses = "1 Kurs" if count == 1 else f"{count} Kursen"
    return f"Seit dem {since} haben Sie sich zu {courses} angemeldet."


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """What the form collects: who attends which course, from which account it is paid, a remark."""

    participants: dict[int, ParticipantName]
    bank_account_id: int | None
    remark: str

    @property
    def course_ids(self) -> list[int]:
        return list(self.participants)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """What `as_json` made."""
        people = stored["participants"].items()
        return cls(
            participants={int(key): ParticipantName(**person) for key, person in people},
            bank_account_id=stored["bank_account_id"],
            remark=stored["remark"],
        )

    def as_json(self) -> dict[str, Any]:
        people = {str(key): asdict(person) for key, person in self.participants.items()}
        return {
            "participants": people,
            "bank_account_id": self.bank_account_id,
            "remark": self.remark,
        }


@dataclass(frozen=True, slots=True)
class CartOwner:
    """Whose cart: a customer's, or that of a visitor who holds a token."""

    customer_id: int | None = None
    token: str | None = None

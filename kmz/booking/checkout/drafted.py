"""What an Anmeldeformular collects before it is booked, as values and as JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Protocol, Self

from kmz.booking.models import PaymentMethod
from kmz.booking.rules import ParticipantName

# Who attends is still to be said.
NOBODY_YET = ParticipantName("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPartner:
    """The Vertragspartner as a guest typed it; the names are those of `LightCustomer`."""

    first_name: str
    last_name: str
    email: str
    salutation: str = ""
    title: str = ""
    street: str = ""
    house_number: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = "DE"
    phone: str = ""

    # Guests have no account; what they do is told of a visitor.
    customer_id = None
    actor_name = "visitor"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """One person in one course. `person` is None for the contract partner; `birth_date` was typed
    or is known; `is_minor` was ticked or follows from it (L09).
    """

    course_id: int
    person: ParticipantName | None = None
    birth_date: date | None = None
    is_minor: bool = False
    concession_id: int | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {
            "birth_date": self.birth_date.isoformat() if self.birth_date else None,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """What `as_json` made."""
        person, born = stored["person"], stored["birth_date"]
        return cls(
            **stored
            | {
                "person": ParticipantName(**person) if person else None,
                "birth_date": date.fromisoformat(born) if born else None,
            }
        )


class Named(Protocol):
    """Whoever has a name: the contract partner."""

    @property
    def first_name(self) -> str: ...
    @property
    def last_name(self) -> str: ...


def attendee(line: DraftLine, partner: Named) -> ParticipantName:
    """Who attends by this line."""
    return line.person or ParticipantName(partner.first_name, partner.last_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """A whole form. `is_ready` once it was sent without an error; before, it only names courses.

    `partner` is the guest's; customers are known. A guest's bank account is not here but in the
    encrypted column of the draft.
    """

    lines: tuple[DraftLine, ...]
    payment_method: str = PaymentMethod.SEPA_DIRECT_DEBIT
    bank_account_id: int | None = None
    remark: str = ""
    partner: ContractPartner | None = None
    is_ready: bool = False

    @property
    def course_ids(self) -> list[int]:
        """The courses, each once, in the order of the form."""
        return list(dict.fromkeys(line.course_id for line in self.lines))

    @property
    def seats(self) -> Counter[int]:
        """How many seats of which course."""
        return Counter(line.course_id for line in self.lines)

    def for_at_least(self, people: Mapping[int, int]) -> Self:
        """The form with rows for so many people by course id; new ones have no name yet, so it has
        to be filled in again.
        """
        more = [
            DraftLine(course_id=course_id, person=NOBODY_YET)
            for course_id, count in people.items()
            for _ in range(count - self.seats[course_id])
        ]
        return replace(self, lines=(*self.lines, *more), is_ready=False) if more else self

    def as_json(self) -> dict[str, Any]:
        simple = {field.name: getattr(self, field.name) for field in fields(self)}
        return simple | {
            "lines": [line.as_json() for line in self.lines],
            "partner": asdict(self.partner) if self.partner else None,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """What `as_json` made; a form of an older version is empty."""
        if "lines" not in stored:
            return cls(lines=())
        partner = stored["partner"]
        return cls(
            **stored
            | {
                "lines": tuple(DraftLine.from_json(line) for line in stored["lines"]),
                "partner": ContractPartner(**partner) if partner else None,
            }
        )


def mark_of(saved_at: datetime, versions: Mapping[int, int], terms: str) -> str:
    """What a summary shows, as a value to compare: the form as it was saved last, the versions of
    its courses by id, and that of the AGB.
    """
    courses = (f"{course_id}.{version}" for course_id, version in sorted(versions.items()))
    return "-".join([f"{saved_at.timestamp():.6f}", terms, *courses])


def form_in(mark: str) -> str:
    """Which saving of the form a mark stands for."""
    return mark.partition("-")[0]


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What a draft holds once its form was filled in; `account` is a guest's, as JSON, `terms` the
    version of the AGB that are shown with it.
    """

    draft_id: int
    content: DraftContent
    account: str | None
    saved_at: datetime
    terms: str


def fresh_content(course_ids: Iterable[int]) -> DraftContent:
    """A form that was just opened: whoever opens it attends."""
    return DraftContent(lines=tuple(DraftLine(course_id=one) for one in course_ids))

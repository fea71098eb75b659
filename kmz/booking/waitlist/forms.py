"""Forms of the Warteliste: joining as a customer or guest, and what the office does."""

from collections.abc import Mapping, Sequence
from datetime import date

from wtforms import SelectField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from kmz.accounts.forms.fields import birth_date_field, birth_date_of, email_field, name_field
from kmz.booking.rules import SELF, Choice, ParticipantName
from kmz.booking.waitlist.problems import NOBODY
from kmz.booking.waitlist.queries import Place
from kmz.catalog.models import Course
from kmz.dates import format_day
from kmz.web.forms import BaseForm, choice, line


def _ticks(label: str) -> SelectMultipleField:
    """Several boxes of which none is ticked."""
    return SelectMultipleField(
        label, coerce=str, widget=ListWidget(), option_widget=CheckboxInput()
    )


class JoinForm(BaseForm):
    """Which of the parallel courses would do as well; call `offer` before it is shown or
    checked.
    """

    others = _ticks("Ein anderer dieser Kurse wäre mir auch recht")

    def offer(self, others: Sequence[Course]) -> None:
        """The parallel courses with a Warteliste; without any, nothing is asked."""
        if not others:
            del self.others
            return
        self.others.choices = [choice(str(course.id), _parallel(course)) for course in others]

    @property
    def other_ids(self) -> list[int]:
        """The checked parallel courses."""
        return [int(value) for value in self.others.data or []] if "others" in self else []


def _parallel(course: Course) -> str:
    day = f", ab {format_day(course.starts_on)}" if course.starts_on else ""
    places = {one.room.venue.name for one in course.sessions if one.room is not None}
    return f"{course.number}{day}{''.join(f', {place}' for place in sorted(places))}"


class CustomerJoinForm(JoinForm):
    """Who waits: the customer, or any of the Teilnehmende Personen."""

    people = _ticks("Wer möchte einen Platz?")

    def offer_people(self, people: Mapping[str, Choice]) -> None:
        """Where there is only the customer, nobody has to be chosen."""
        if len(people) == 1:
            del self.people
            return
        self.people.choices = [choice(key, person.label) for key, person in people.items()]

    def validate(self, extra_validators: object = None) -> bool:
        """Somebody has to wait."""
        valid = super().validate(extra_validators)  # type: ignore[arg-type]
        if "people" in self and not self.people.data and not self.people.errors:
            self.add_problems([NOBODY])
            return False
        return valid

    @property
    def chosen(self) -> list[str]:
        """The keys of the chosen people."""
        return list(self.people.data or []) if "people" in self else [SELF]


class GuestJoinForm(JoinForm):
    """Somebody without a Kundenkonto: a name, and an address to be told."""

    first_name = name_field("Vorname")
    last_name = name_field("Name")
    birth_date = birth_date_field()
    email = email_field("E-Mail-Adresse")

    def offer_age(self, courses: Sequence[Course]) -> None:
        """The birth date is asked only where a course has an age limit."""
        if not any(course.has_age_limit for course in courses):
            del self.birth_date

    @property
    def name(self) -> ParticipantName:
        """The checked name."""
        return ParticipantName(self.first_name.data or "", self.last_name.data or "")

    @property
    def typed_birth_date(self) -> date | None:
        return birth_date_of(self.birth_date) if "birth_date" in self else None


class PhonedForm(BaseForm):
    """Somebody who phoned; without an address nobody is written to."""

    first_name = name_field("Vorname")
    last_name = name_field("Name")
    email = email_field("E-Mail-Adresse", required=False)

    @property
    def name(self) -> ParticipantName:
        """The checked name."""
        return ParticipantName(self.first_name.data or "", self.last_name.data or "")


class OutOfTurnForm(BaseForm):
    """A seat for somebody who is not the first; call `offer` before it is shown or checked."""

    reason = line("Begründung", limit=300, required=True)
    instead_of = SelectField("Woher kommt der Platz?")

    def offer(self, places: Sequence[Place]) -> None:
        """A free seat, or that of an open offer."""
        self.instead_of.choices = [
            choice("", "ein freier Platz"),
            *(
                choice(str(place.entry.id), f"Angebot an {place.entry.participant_name}")
                for place in places
                if place.offer is not None
            ),
        ]

    @property
    def taken_from(self) -> int | None:
        return int(self.instead_of.data) if self.instead_of.data else None

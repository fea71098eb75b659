"""Who attends one course, as a part of the Anmeldeformular."""

from collections.abc import Mapping, Sequence
from datetime import date

from wtforms import BooleanField, Form, HiddenField, SelectField

from kmz import clock
from kmz.accounts.forms.fields import birth_date_field, birth_date_of
from kmz.booking.checkout.drafted import DraftLine
from kmz.booking.models import ConcessionReason
from kmz.booking.rules import (
    FULL_AGE,
    OTHER,
    SELF,
    Choice,
    ParticipantName,
    PersonData,
    age_objection,
    age_on,
)
from kmz.catalog.models import Course
from kmz.catalog.rules import age_limit
from kmz.web.forms import choice, line

GUARDIAN = "Ich bin sorgeberechtigt oder handle mit Einwilligung der Sorgeberechtigten."


class AttendeeForm(Form):
    """One person in one course; call `offer` before it is shown or checked."""

    class Meta:
        locales = ("de",)

    people: Mapping[str, Choice] = {}
    attended: Course | None = None

    course = HiddenField()
    who = SelectField("Wer nimmt teil?")
    first_name = line("Vorname")
    last_name = line("Name")
    birth_date = birth_date_field()
    minor = BooleanField("Die Person ist minderjährig.")
    guardian = BooleanField(GUARDIAN)
    concession = SelectField("Ermäßigung", coerce=int)
    keep = BooleanField("Diese Person für weitere Anmeldungen merken")

    def offer(
        self,
        people: Mapping[str, Choice],
        course: Course | None,
        reasons: Sequence[ConcessionReason],
        *,
        can_keep: bool,
    ) -> None:
        """Whom and what one may choose here. The birth date is asked only where the course has an
        age limit, an Ermäßigung only where there is one.
        """
        self.people, self.attended = people, course
        self.who.choices = [
            *(choice(key, person.label) for key, person in people.items()),
            choice(OTHER, "Andere Person …"),
        ]
        if course is None or not course.has_age_limit:
            del self.birth_date
        if not reasons or course is None or not course.has_concession:
            del self.concession
        else:
            self.concession.choices = [
                choice(0, "keine"),
                *(choice(reason.id, reason.label) for reason in reasons),
            ]
        if not can_keep:
            del self.keep

    def validate(self, extra_validators: object = None) -> bool:
        """Another person needs a name, everybody the right age, a minor somebody who may book."""
        valid = super().validate(extra_validators)  # type: ignore[arg-type]
        if self.who.data == OTHER:
            for field in (self.first_name, self.last_name):
                if not field.data:
                    field.errors = (f"Bitte füllen Sie das Feld „{field.label.text}“ aus.",)
                    valid = False
        objection = self._age_objection() if valid else None
        if objection:
            self.birth_date.errors = (objection,)
        elif valid and self.is_minor and not self.guardian.data:
            self.guardian.errors = ("Bitte bestätigen Sie das, damit wir Minderjährige anmelden.",)
            valid = False
        return valid and not objection

    @property
    def name(self) -> ParticipantName:
        """The checked name of who attends."""
        if self.who.data in self.people:
            return self.people[self.who.data].name
        return ParticipantName(self.first_name.data or "", self.last_name.data or "")

    @property
    def birth(self) -> date | None:
        """The checked birth date: the typed one, else that which is known of a chosen person."""
        chosen = self.people.get(self.who.data or "")
        return self.typed_birth_date or (chosen.birth_date if chosen else None)

    @property
    def typed_birth_date(self) -> date | None:
        """The checked birth date, where one was asked for and typed."""
        return birth_date_of(self.birth_date) if "birth_date" in self._fields else None

    @property
    def is_minor(self) -> bool:
        """Whether somebody attends who is under age, as far as it was said or is known (L09)."""
        if self.who.data == SELF:
            return False
        born = self.birth
        return bool(self.minor.data) or (born is not None and age_on(self._day, born) < FULL_AGE)

    def line(self) -> DraftLine:
        """The checked values."""
        if self.attended is None:
            raise ValueError("a line needs a course")
        limited = self.attended.has_age_limit
        concession = self._fields.get("concession")
        return DraftLine(
            course_id=self.attended.id,
            person=None if self.who.data == SELF else self.name,
            birth_date=self.birth if limited else None,
            is_minor=self.is_minor,
            concession_id=(concession.data or None) if concession is not None else None,
        )

    def person_to_keep(self) -> PersonData | None:
        """Who is to be kept for later: on wish, or because a birth date was missing."""
        wanted = "keep" in self._fields and self.who.data == OTHER and self.keep.data
        known = self.who.data in self.people and self.who.data != SELF
        if wanted or (known and self.typed_birth_date):
            return PersonData(self.name, birth_date=self.typed_birth_date)
        return None

    @property
    def _day(self) -> date:
        first = self.attended.starts_on if self.attended else None
        return first or clock.today()

    def _age_objection(self) -> str | None:
        course = self.attended
        if course is None or not course.has_age_limit:
            return None
        born = self.birth
        if born is None:
            ages = age_limit(course.min_age, course.max_age)
            return f"Altersgrenze des Kurses: {ages}. Bitte geben Sie das Geburtsdatum an."
        return age_objection(born, self._day, min_age=course.min_age, max_age=course.max_age)

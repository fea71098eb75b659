"""The Anmeldeformular and the last step's form."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField
from wtforms.validators import InputRequired

from kmz import clock
from kmz.accounts.forms.fields import birth_date_field, birth_date_of, name_field
from kmz.banking.models import BankAccount
from kmz.booking.rules import (
    OTHER,
    RELATIONS,
    SELF,
    Choice,
    DraftContent,
    ParticipantName,
    PersonData,
    age_objection,
)
from kmz.catalog.models import Course
from kmz.catalog.rules import age_limit
from kmz.errors import Problem
from kmz.web.forms import BaseForm, choice, line, text_area


class AttendeeForm(Form):
    """Who attends one course; call `offer` before it is shown or checked."""

    class Meta:
        locales = ("de",)

    people: Mapping[str, Choice] = {}
    attended: Course | None = None

    course = HiddenField()
    who = SelectField("Wer nimmt teil?")
    first_name = line("Vorname")
    last_name = line("Name")
    birth_date = birth_date_field()
    keep = BooleanField("Diese Person für weitere Anmeldungen merken")

    def offer(self, people: Mapping[str, Choice], course: Course | None) -> None:
        """Whom one may choose; the birth date is asked only where the course has an age limit."""
        self.people, self.attended = people, course
        self.who.choices = [
            *(choice(key, person.label) for key, person in people.items()),
            choice(OTHER, "Andere Person …"),
        ]
        if course is None or not course.has_age_limit:
            del self.birth_date

    def validate(self, extra_validators: object = None) -> bool:
        """Another person needs a name, and everybody the right age."""
        valid = super().validate(extra_validators)  # type: ignore[arg-type]
        if self.who.data == OTHER:
            for field in (self.first_name, self.last_name):
                if not field.data:
                    field.errors = (f"Bitte füllen Sie das Feld „{field.label.text}“ aus.",)
                    valid = False
        objection = self._age_objection() if valid else None
        if objection:
            self.birth_date.errors = (objection,)
        return valid and not objection

    @property
    def name(self) -> ParticipantName:
        """The checked name of who attends."""
        if self.who.data in self.people:
            return self.people[self.who.data].name
        return ParticipantName(self.first_name.data or "", self.last_name.data or "")

    @property
    def typed_birth_date(self) -> date | None:
        """The checked birth date, where one was asked for and typed."""
        return birth_date_of(self.birth_date) if "birth_date" in self._fields else None

    def person_to_keep(self) -> PersonData | None:
        """Who is to be kept for later: on wish, or because a birth date was missing."""
        known = self.who.data in self.people and self.who.data != SELF
        if (self.who.data == OTHER and self.keep.data) or (known and self.typed_birth_date):
            return PersonData(self.name, birth_date=self.typed_birth_date)
        return None

    def _age_objection(self) -> str | None:
        course = self.attended
        if course is None or not course.has_age_limit:
            return None
        chosen = self.people.get(self.who.data or "")
        birth_date = self.typed_birth_date or (chosen.birth_date if chosen else None)
        if birth_date is None:
            ages = age_limit(course.min_age, course.max_age)
            return f"Der Kurs ist {ages}. Bitte geben Sie das Geburtsdatum an."
        return age_objection(
            birth_date,
            course.starts_on or clock.today(),
            min_age=course.min_age,
            max_age=course.max_age,
        )


class BookingForm(BaseForm):
    """The Anmeldeformular, prefilled from account and bank accounts (U26)."""

    courses: Sequence[Course] = ()
    people: Mapping[str, Choice] = {}

    participants = FieldList(FormField(AttendeeForm))
    bank_account = SelectField("Zahlung per SEPA-Lastschrift von", coerce=int, validate_choice=True)
    mandate = BooleanField("Ich erteile das SEPA-Lastschriftmandat.")
    remark = text_area("Bemerkung", limit=500)

    def prepare(
        self,
        courses: Sequence[Course],
        people: Mapping[str, Choice],
        accounts: Sequence[BankAccount],
        *,
        fee: bool,
    ) -> None:
        """Offer what fits the customer and the courses; drop the payment where nothing costs."""
        self.courses, self.people = courses, people
        by_slug = {course.slug: course for course in courses}
        for entry in self.participants:
            entry.form.offer(people, by_slug.get(entry.form.course.data or ""))
        if not fee:
            del self.bank_account
            del self.mandate
            return
        self.bank_account.choices = [
            choice(account.id, f"{account.iban_masked} ({account.account_holder})")
            for account in accounts
        ]
        self.mandate.validators = [
            InputRequired(
                "Bitte erteilen Sie das SEPA-Lastschriftmandat, "
                "damit wir das Entgelt einziehen können."
            )
        ]

    def validate(self, extra_validators: object = None) -> bool:
        """Where age counts, somebody has to be chosen: nobody attends without being asked."""
        valid = super().validate(extra_validators)  # type: ignore[arg-type]
        forgotten = [
            Problem("attendee.missing", f"Bitte wählen Sie, wer an „{course.title}“ teilnimmt.")
            for course in self.courses
            if course.has_age_limit and course.slug not in self._by_slug
        ]
        self.add_problems(forgotten)
        return valid and not forgotten

    @property
    def _by_slug(self) -> dict[str, AttendeeForm]:
        return {entry.form.course.data or "": entry.form for entry in self.participants}

    def content(self) -> DraftContent:
        """The checked values; who is missing from the form attends himself or herself."""
        chosen = self._by_slug
        people, birth_dates = {}, {}
        for course in self.courses:
            form = chosen.get(course.slug)
            people[course.id] = form.name if form else self.people[SELF].name
            if form and form.typed_birth_date:
                birth_dates[course.id] = form.typed_birth_date
        account = self._fields.get("bank_account")
        return DraftContent(
            participants=people,
            bank_account_id=account.data if account is not None else None,
            remark=self.remark.data or "",
            birth_dates=birth_dates,
        )

    def people_to_keep(self) -> list[PersonData]:
        """Who is to be kept under Teilnehmende Personen."""
        found = (entry.form.person_to_keep() for entry in self.participants)
        return [person for person in found if person]


class NewPersonForm(BaseForm):
    """One more of the Teilnehmende Personen; a birth date is asked for when a course needs it."""

    first_name = name_field("Vorname")
    last_name = name_field("Name")
    relation = SelectField(
        "Beziehung",
        choices=[
            choice("", "keine Angabe"),
            *(choice(key, label) for key, label in RELATIONS.items()),
        ],
    )

    @property
    def person(self) -> PersonData:
        """The checked values."""
        name = ParticipantName(self.first_name.data or "", self.last_name.data or "")
        return PersonData(name, self.relation.data or "")


class PersonForm(NewPersonForm):
    """A known person, whose birth date may be mended or taken back."""

    birth_date = birth_date_field()

    @property
    def person(self) -> PersonData:
        """The checked values."""
        return replace(super().person, birth_date=birth_date_of(self.birth_date))


class FinalForm(BaseForm):
    """The last click: terms and the total that was shown."""

    terms_accepted = BooleanField(
        "Ich akzeptiere die Teilnahmebedingungen (AGB).",
        validators=[InputRequired("Bitte akzeptieren Sie die Teilnahmebedingungen (AGB).")],
    )
    total = HiddenField()

    @property
    def shown_total(self) -> int:
        """The total that the page showed, in cents; -1 for nonsense, which never fits."""
        text = self.total.data or ""
        return int(text) if text.isdecimal() and len(text) < 12 else -1


class ReasonForm(BaseForm):
    """Why the office rejects a booking or cancels a course; the customer reads it."""

    reason = line("Begründung", limit=300, required=True)

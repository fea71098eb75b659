"""The Anmeldeformular of customers and guests, and the last step's form."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from wtforms import BooleanField, Field, FieldList, FormField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, StopValidation

from kmz.accounts.forms.fields import (
    country_field,
    email_field,
    name_field,
    phone_field,
    postal_code_fits_country,
    salutation_field,
)
from kmz.banking.models import BankAccount
from kmz.banking.rules import TypedAccount, read_iban
from kmz.booking.checkout.attendee_forms import AttendeeForm
from kmz.booking.checkout.drafted import ContractPartner, DraftContent
from kmz.booking.models import ConcessionReason, PaymentMethod
from kmz.booking.rules import MAX_ATTENDEES, PAYMENT_NAMES, Choice, PersonData
from kmz.catalog.models import Course
from kmz.errors import Problem
from kmz.web.forms import BaseForm, Required, choice, line, text_area
from kmz.web.numbers import whole_number

_DEBIT = PaymentMethod.SEPA_DIRECT_DEBIT
_MANDATE_MISSING = (
    "Bitte erteilen Sie das SEPA-Lastschriftmandat, damit wir das Entgelt einziehen können."
)


def _require(field: Field, validator: InputRequired) -> None:
    """Ask for a field after all, and mark it as asked for."""
    field.validators = [validator, *field.validators]
    field.flags.required = True


class BookingForm(BaseForm):
    """What customers and guests are asked alike."""

    courses: Sequence[Course] = ()
    people: Mapping[str, Choice] = {}
    # Sent by a button that adds or takes away a person: nothing is to be checked yet.
    only_changes_people = False

    participants = FieldList(FormField(AttendeeForm))
    payment = RadioField("Zahlungsart", default=_DEBIT)
    mandate = BooleanField("Ich erteile das SEPA-Lastschriftmandat.")
    of_age = BooleanField(
        "Ich bin volljährig.",
        validators=[
            InputRequired(
                "Bitte bestätigen Sie, dass Sie volljährig sind. "
                "Minderjährige meldet eine sorgeberechtigte Person an."
            )
        ],
    )
    remark = text_area("Bemerkung", limit=500)

    def prepare(
        self,
        courses: Sequence[Course],
        people: Mapping[str, Choice],
        reasons: Sequence[ConcessionReason],
        *,
        can_keep: bool = True,
        is_of_age: bool = False,
    ) -> None:
        """Offer what fits the person and the courses; who is known to be of age is not asked."""
        self.courses, self.people = courses, people
        if is_of_age:
            del self.of_age
        by_slug = {course.slug: course for course in courses}
        for entry in self.participants:
            course = by_slug.get(entry.form.course.data or "")
            entry.form.offer(people, course, reasons, can_keep=can_keep)

    def prepare_payment(
        self, methods: Sequence[str], accounts: Sequence[BankAccount], *, fee: bool
    ) -> None:
        """Offer the house's ways to pay and the customer's accounts; nothing where nothing
        costs.
        """
        if not fee:
            for name in ("payment", "mandate", "bank_account", "account_holder", "iban"):
                if name in self._fields:
                    del self[name]
            return
        self.payment.choices = [choice(one, PAYMENT_NAMES[PaymentMethod(one)]) for one in methods]
        if len(methods) == 1:
            self.payment.data = methods[0]
        if self.by_debit:
            _require(self.mandate, InputRequired(_MANDATE_MISSING))
        self._prepare_account(accounts)

    @property
    def booked_courses(self) -> list[Course]:
        """Those that somebody is to attend."""
        named = {entry.form.course.data for entry in self.participants}
        return [course for course in self.courses if course.slug in named]

    def _prepare_account(self, accounts: Sequence[BankAccount]) -> None:
        raise NotImplementedError

    @property
    def by_debit(self) -> bool:
        """Whether it is paid by direct debit."""
        return "payment" in self._fields and self.payment.data == _DEBIT

    def validate(self, extra_validators: object = None) -> bool:
        """Nobody attends without being asked, somebody does, and no course has a whole crowd. A
        course whose last person was taken out is not booked along.
        """
        valid = super().validate(extra_validators)  # type: ignore[arg-type]
        chosen = Counter(entry.form.course.data for entry in self.participants)
        found = [
            Problem("attendee.missing", f"Bitte wählen Sie, wer an „{course.title}“ teilnimmt.")
            for course in self.courses
            if not self.booked_courses
        ]
        found += [
            Problem(
                "attendee.too_many",
                f"In „{course.title}“ lassen sich höchstens {MAX_ATTENDEES} Personen auf einmal "
                "anmelden.",
            )
            for course in self.courses
            if chosen[course.slug] > MAX_ATTENDEES
        ]
        self.add_problems(found)
        return valid and not found

    def content(self) -> DraftContent:
        """The checked values."""
        return DraftContent(
            lines=tuple(
                entry.form.line() for entry in self.participants if entry.form.attended is not None
            ),
            payment_method=self.payment.data if "payment" in self._fields else PaymentMethod.NONE,
            bank_account_id=self.chosen_account(),
            remark=self.remark.data or "",
            partner=self.partner(),
            is_ready=True,
        )

    def partner(self) -> ContractPartner | None:
        """A guest's own data; customers are known."""
        return None

    def chosen_account(self) -> int | None:
        """The customer's bank account that pays."""
        return None

    def typed_account(self) -> str | None:
        """A guest's bank account as JSON; customers choose one that is kept."""
        return None

    def people_to_keep(self) -> list[PersonData]:
        """Who is to be kept under Teilnehmende Personen."""
        found = (entry.form.person_to_keep() for entry in self.participants)
        return [person for person in found if person]


class CustomerBookingForm(BookingForm):
    """The Anmeldeformular, prefilled from account and bank accounts (U26)."""

    bank_account = SelectField("Bankverbindung", coerce=int, validate_choice=True)

    def _prepare_account(self, accounts: Sequence[BankAccount]) -> None:
        self.bank_account.choices = [
            choice(account.id, f"{account.iban_masked} ({account.account_holder})")
            for account in accounts
        ]
        self.bank_account.validate_choice = self.by_debit

    def chosen_account(self) -> int | None:
        """The customer's bank account that pays, where it is paid by direct debit."""
        return self.bank_account.data if self.by_debit else None


class GuestBookingForm(BookingForm):
    """The same for somebody without a Kundenkonto: with the same courses and prices (L23)."""

    salutation = salutation_field()
    title = line("Titel", limit=40)
    partner_first_name = name_field("Vorname")
    partner_last_name = name_field("Name")
    street = line("Straße", required=True)
    house_number = line("Hausnummer", limit=20, required=True)
    postal_code = line("PLZ", limit=10, required=True, validators=[postal_code_fits_country])
    city = line("Ort", required=True)
    country = country_field()
    phone = phone_field("Telefon")
    email = email_field("E-Mail-Adresse")
    account_holder = line("Kontoinhaber/in", limit=70)
    iban = line("IBAN", limit=60)

    def _prepare_account(self, accounts: Sequence[BankAccount]) -> None:
        if self.by_debit:
            for field in (self.account_holder, self.iban):
                _require(field, Required())

    def validate_iban(self, field: Field) -> None:
        """A correct IBAN of a SEPA country; says what is wrong with it."""
        if not field.data or not self.by_debit:
            return
        try:
            read_iban(field.data)
        except ValueError as error:
            raise StopValidation(str(error)) from error

    def partner(self) -> ContractPartner:
        """The checked Vertragspartner."""
        same = ("salutation", "title", "street", "house_number", "postal_code", "city", "country")
        return ContractPartner(
            first_name=self.partner_first_name.data or "",
            last_name=self.partner_last_name.data or "",
            email=self.email.data or "",
            phone=self.phone.data or "",
            **{name: self._fields[name].data or "" for name in same},
        )

    def typed_account(self) -> str | None:
        """The checked bank account as JSON."""
        if not self.by_debit:
            return None
        data = read_iban(self.iban.data or "")
        account = TypedAccount(self.account_holder.data or "", data.iban, data.bic)
        return json.dumps(asdict(account))


class FinalForm(BaseForm):
    """The last click: terms, the total that was shown, and what else (`drafted.mark_of`)."""

    terms_accepted = BooleanField(
        "Ich akzeptiere die Teilnahmebedingungen (AGB).",
        validators=[InputRequired("Bitte akzeptieren Sie die Teilnahmebedingungen (AGB).")],
    )
    early_start = BooleanField(
        "Ich verlange ausdrücklich, dass der Kurs vor Ablauf der Widerrufsfrist beginnt. Mir ist "
        "bekannt, dass ich bei vollständiger Vertragserfüllung mein Widerrufsrecht verliere."
    )
    total = HiddenField()
    shown = HiddenField()

    @property
    def shown_total(self) -> int:
        """The total that the page showed, in cents; -1 for nonsense, which never fits."""
        total = whole_number(self.total.data)
        return -1 if total is None else total

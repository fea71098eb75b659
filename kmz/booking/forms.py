"""The Anmeldeformular and the last step's form."""

from collections.abc import Sequence

from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField
from wtforms.validators import InputRequired

from kmz.accounts.models import CustomerAccount
from kmz.banking.models import BankAccount
from kmz.booking.rules import DraftContent, ParticipantName
from kmz.catalog.models import Course
from kmz.web.forms import BaseForm, choice, line, text_area

SELF, OTHER = "self", "other"


class ParticipantForm(Form):
    """Who attends one course."""

    class Meta:
        locales = ("de",)

    course = HiddenField()
    who = SelectField("Wer nimmt teil?", choices=[choice(SELF), choice(OTHER)])
    first_name = line("Vorname")
    last_name = line("Name")

    def validate(self, extra_validators: object = None) -> bool:
        """Another person needs a name."""
        valid = super().validate(extra_validators)  # type: ignore[arg-type]
        if self.who.data != OTHER:
            return valid
        for field in (self.first_name, self.last_name):
            if not field.data:
                field.errors = (f"Bitte füllen Sie das Feld „{field.label.text}“ aus.",)
                valid = False
        return valid


class BookingForm(BaseForm):
    """The Anmeldeformular, prefilled from account and bank accounts (U26)."""

    participants = FieldList(FormField(ParticipantForm))
    bank_account = SelectField("Zahlung per SEPA-Lastschrift von", coerce=int, validate_choice=True)
    mandate = BooleanField("Ich erteile das SEPA-Lastschriftmandat.")
    remark = text_area("Bemerkung", limit=500)

    def prepare(
        self, customer: CustomerAccount, accounts: Sequence[BankAccount], *, fee: bool
    ) -> None:
        """Offer what fits the customer and the courses; drop the payment where nothing costs."""
        for entry in self.participants:
            entry.form.who.choices = [
                choice(SELF, f"{customer.full_name} (ich selbst)"),
                choice(OTHER, "Andere Person …"),
            ]
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

    def content(self, courses: Sequence[Course], customer: CustomerAccount) -> DraftContent:
        """The checked values; who is missing from the form attends himself or herself."""
        chosen = {entry.form.course.data: entry.form for entry in self.participants}
        own = ParticipantName(customer.first_name, customer.last_name)
        people = {}
        for course in courses:
            form = chosen.get(course.slug)
            other = form is not None and form.who.data == OTHER
            people[course.id] = (
                ParticipantName(form.first_name.data or "", form.last_name.data or "")
                if form and other
                else own
            )
        account = self._fields.get("bank_account")
        return DraftContent(
            participants=people,
            bank_account_id=account.data if account is not None else None,
            remark=self.remark.data or "",
        )


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

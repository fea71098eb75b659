"""The office's forms of schools and their accounts."""

from typing import Any

from wtforms import BooleanField, Field, HiddenField
from wtforms.validators import Regexp

from kmz.accounts.forms.fields import PLAIN_NAME
from kmz.accounts.login_names import SCHOOL_NUMBER, school_number_key, school_username_key
from kmz.accounts.rules import SchoolAccountData, SchoolData
from kmz.web.forms import BaseForm, line

NEEDED = "Bitte füllen Sie das Feld „{label}“ aus, oder kreuzen Sie den geteilten Zugang an."
_NUMBER = Regexp(
    rf"^{SCHOOL_NUMBER.pattern}$",
    message="3 bis 10 Ziffern oder Buchstaben, mit führenden Nullen.",
)
_USERNAME = Regexp(
    r"^$|^[0-9A-Za-zÄÖÜäöüß._-]{1,60}$",
    message="Nur Buchstaben, Ziffern, Punkt, Unterstrich und Bindestrich.",
)


class SchoolForm(BaseForm):
    """A school."""

    number = line("Schulnummer", limit=10, required=True, validators=[_NUMBER])
    name = line("Name", required=True)
    street = line("Straße und Hausnummer", limit=120)
    postal_code = line("PLZ", limit=10)
    city = line("Ort")

    @property
    def school_data(self) -> SchoolData:
        """The checked values; the number as it is kept."""
        return SchoolData(
            number=school_number_key(self.number.data or ""),
            name=self.name.data or "",
            street=self.street.data or "",
            postal_code=self.postal_code.data or "",
            city=self.city.data or "",
        )


class SchoolAccountForm(BaseForm):
    """A new account: of a person, or shared by the whole school."""

    username = line("Benutzername", limit=60, validators=[_USERNAME])
    first_name = line("Vorname", validators=[PLAIN_NAME])
    last_name = line("Name", validators=[PLAIN_NAME])
    shared = BooleanField("Von der Schule geteilter Zugang")
    weiter = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if not self.shared.data:
            valid = (
                all([self._is_filled(self.first_name), self._is_filled(self.last_name)]) and valid
            )
        return valid

    @staticmethod
    def _is_filled(field: Field) -> bool:
        if not field.data:
            field.errors = (*field.errors, NEEDED.format(label=field.label.text))
        return bool(field.data)

    @property
    def account_data(self) -> SchoolAccountData:
        return SchoolAccountData(
            username=school_username_key(self.username.data or ""),
            shared=bool(self.shared.data),
            first_name=self.first_name.data or "",
            last_name=self.last_name.data or "",
        )


class InitialPasswordForm(BaseForm):
    """One button; `instead_of` is when the password was set that the page showed as present."""

    instead_of = HiddenField()
    weiter = HiddenField()

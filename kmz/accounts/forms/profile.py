"""The form of the Benutzerprofil."""

from wtforms import Field, HiddenField
from wtforms.validators import StopValidation

from kmz import clock
from kmz.accounts.forms.fields import (
    country_field,
    name_field,
    phone_field,
    postal_code_fits_country,
    salutation_field,
)
from kmz.accounts.rules import ProfileData
from kmz.dates import parse_day
from kmz.web.forms import BaseForm, line


class ProfileForm(BaseForm):
    """Benutzerprofil; the * fields are needed for booking (U17)."""

    salutation = salutation_field()
    title = line("Titel", limit=40)
    first_name = name_field("Vorname")
    last_name = name_field("Name")
    street = line("Straße", required=True)
    house_number = line("Hausnummer", limit=20, required=True)
    postal_code = line("PLZ", limit=10, required=True, validators=[postal_code_fits_country])
    city = line("Ort", required=True)
    country = country_field()
    phone = phone_field("Telefon")
    mobile = phone_field("Tel. mobil")
    birth_date = line("Geburtsdatum", limit=20)
    weiter = HiddenField()

    def validate_birth_date(self, field: Field) -> None:
        """Empty, or a plausible day written the German or the ISO way."""
        if not field.data:
            return
        try:
            day = parse_day(field.data)
        except ValueError as error:
            raise StopValidation("Bitte geben Sie das Datum als TT.MM.JJJJ ein.") from error
        if day > clock.today():
            raise StopValidation("Das Geburtsdatum liegt in der Zukunft.")
        if day.year < clock.today().year - 120:
            raise StopValidation("Bitte prüfen Sie das Jahr.")

    @property
    def profile_data(self) -> ProfileData:
        """The checked values for `change_profile`."""
        values = {name: field.data for name, field in self._fields.items()}
        values.pop("weiter")
        values.pop("csrf_token", None)
        values["birth_date"] = parse_day(values["birth_date"]) if values["birth_date"] else None
        return ProfileData(**values)

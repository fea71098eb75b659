"""The form of the Benutzerprofil."""

from wtforms import HiddenField

from kmz.accounts.forms.fields import (
    birth_date_field,
    birth_date_of,
    country_field,
    name_field,
    phone_field,
    postal_code_fits_country,
    salutation_field,
)
from kmz.accounts.rules import ProfileData
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
    birth_date = birth_date_field()
    weiter = HiddenField()

    @property
    def profile_data(self) -> ProfileData:
        """The checked values for `change_profile`."""
        values = {name: field.data for name, field in self._fields.items()}
        values.pop("weiter")
        values.pop("csrf_token", None)
        values["birth_date"] = birth_date_of(self.birth_date)
        return ProfileData(**values)

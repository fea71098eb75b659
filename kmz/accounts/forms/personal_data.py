"""The form "Persönliche Daten bearbeiten" (C20–C22), used by the recovery and by Konto anpassen."""

from dataclasses import fields
from typing import Self

from wtforms import Field
from wtforms.validators import StopValidation

from kmz.accounts.forms.fields import (
    country_field,
    email_field,
    name_field,
    phone_field,
    postal_code_fits_country,
    salutation_field,
)
from kmz.accounts.models import CustomerAccount, CustomerProfile
from kmz.accounts.rules import PersonalData
from kmz.web.forms import BaseForm, line

EMAIL_NEEDED = "Bitte geben Sie Ihre E-Mail-Adresse an."


class PersonalDataForm(BaseForm):
    """The documented fields in their order, without the two of the password.

    Nothing but the name must be filled: whoever wants back in is not stopped by a missing street.
    The address may stay empty only where the account has none yet (C21).
    """

    email = email_field("E-Mail", required=False)
    salutation = salutation_field()
    first_name = name_field("Vorname")
    last_name = name_field("Nachname")
    street = line("Straße")
    house_number = line("Hausnummer", limit=20)
    postal_code = line("PLZ", limit=10)
    city = line("Ort")
    country = country_field()
    phone = phone_field("Telefon")
    mobile = phone_field("Tel. mobil")
    phone_private = phone_field("Tel. privat")
    fax = phone_field("Fax")

    has_email = False

    @classmethod
    def showing(cls, customer: CustomerAccount, profile: CustomerProfile) -> Self:
        """The form with what is stored."""
        return cls(
            None,
            obj=profile,
            email=customer.email,
            first_name=customer.first_name,
            last_name=customer.last_name,
        )

    @classmethod
    def sent_for(cls, customer: CustomerAccount) -> Self:
        """The form as sent."""
        form = cls()
        form.has_email = customer.email != ""
        return form

    def validate_email(self, field: Field) -> None:
        """An address may be changed, not taken away: it is how the person logs in."""
        if self.has_email and not field.data:
            raise StopValidation(EMAIL_NEEDED)

    def validate_postal_code(self, field: Field) -> None:
        """Fits the country, where there is one."""
        if field.data:
            postal_code_fits_country(self, field)

    @property
    def personal_data(self) -> PersonalData:
        """The checked values for `change_profile`."""
        names = [field.name for field in fields(PersonalData)]
        return PersonalData(**{name: self[name].data or "" for name in names})

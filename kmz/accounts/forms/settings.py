"""Einstellungen → Konto anpassen: the documented fields with the two of the password (C22)."""

from typing import Self

from wtforms import PasswordField

from kmz.accounts.forms.fields import password_field
from kmz.accounts.forms.passwords import NewPasswordBase
from kmz.accounts.forms.personal_data import PersonalDataForm
from kmz.accounts.models import CustomerAccount


class SettingsForm(PersonalDataForm, NewPasswordBase):
    """All 12 fields of C22 and the three beside them; an empty password stays as it is."""

    password = password_field("Passwort", required=False)
    repeated = PasswordField("Wdh. Passwort")

    @classmethod
    def sent_for(cls, customer: CustomerAccount) -> Self:
        form = super().sent_for(customer)
        form.customer = customer
        return form

"""Forms for another mail address."""

from wtforms import PasswordField

from kmz.accounts.forms.fields import email_field, name_field, password_field
from kmz.accounts.forms.passwords import NewPasswordBase
from kmz.web.forms import BaseForm, Required


class AddressForm(BaseForm):
    """E-Mail-Adresse eintragen oder ändern."""

    email = email_field("Neue E-Mail-Adresse")


class OwnAccountForm(NewPasswordBase):
    """What somebody tells who so far used a login shared by a school."""

    last_name = name_field("Name")
    first_name = name_field("Vorname")
    password = password_field("Passwort")
    repeated = PasswordField("wiederholen", validators=[Required()])

    def context(self) -> tuple[str, ...]:
        return (self.first_name.data or "", self.last_name.data or "")

"""Forms of login and sign-up."""

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import Length

from kmz.accounts.forms.fields import email_field, name_field, password_field
from kmz.accounts.forms.passwords import NewPasswordBase
from kmz.accounts.login_names import SchoolName
from kmz.web.forms import BaseForm, Required, clean, line


class LoginForm(BaseForm):
    """Anmeldung mit E-Mail-Adresse (C29, U03)."""

    email = StringField(
        "Ihre E-Mail-Adresse", filters=[clean], validators=[Required(), Length(max=254)]
    )
    password = PasswordField("Passwort", validators=[Required()])
    weiter = HiddenField()


class SchoolLoginForm(BaseForm):
    """Anmeldung mit Schulnummer (C30); the user name is empty where the school has one login.

    A number of the wrong form is as unknown as any other: no message tells them apart.
    """

    number = line("Schulnummer", limit=20, required=True)
    username = line("Benutzername", limit=60)
    password = PasswordField("Passwort", validators=[Required()])
    weiter = HiddenField()

    @property
    def name(self) -> SchoolName:
        return SchoolName(self.number.data or "", self.username.data or "")


class SignupForm(NewPasswordBase):
    """Registrierung für das Kunden-Login: exactly five required fields (U04)."""

    email = email_field("E-Mail")
    last_name = name_field("Name")
    first_name = name_field("Vorname")
    password = password_field("Passwort")
    repeated = PasswordField("wiederholen", validators=[Required()])
    weiter = HiddenField()

    def context(self) -> tuple[str, ...]:
        return (self.email.data or "", self.first_name.data or "", self.last_name.data or "")


class EmailForm(BaseForm):
    """Passwort vergessen?"""

    email = email_field("E-Mail-Adresse")

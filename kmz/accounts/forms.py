"""Forms of login, sign-up, profile and passwords."""

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from wtforms import Field, HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import Length, Regexp, StopValidation

from kmz import clock
from kmz.accounts import problems
from kmz.accounts.rules import ProfileData
from kmz.dates import parse_day
from kmz.web.forms import (
    BaseForm,
    LengthUpTo,
    Required,
    choice,
    clean,
    line,
    refuse_control_characters,
)

MISMATCH = "Die beiden Passwörter stimmen nicht überein."
BAD_EMAIL = "Bitte geben Sie eine gültige E-Mail-Adresse ein, zum Beispiel name@beispiel.de."
# No addresses in names: a sign-up would mail them to strangers (REG-11).
_PLAIN_NAME = Regexp(
    r"^(?!.*(?:https?:|www\.|://|[<>{}])).*$", message="Bitte geben Sie nur einen Namen ein."
)

COUNTRIES = (
    choice("DE", "Deutschland"),
    choice("AT", "Österreich"),
    choice("BE", "Belgien"),
    choice("CH", "Schweiz"),
    choice("CZ", "Tschechien"),
    choice("DK", "Dänemark"),
    choice("FR", "Frankreich"),
    choice("LI", "Liechtenstein"),
    choice("LU", "Luxemburg"),
    choice("NL", "Niederlande"),
    choice("PL", "Polen"),
)
SALUTATIONS = (
    choice("", "keine Angabe"),
    choice("Frau", "Frau"),
    choice("Herr", "Herr"),
    choice("Divers", "Divers"),
)


def _valid_email(_form: BaseForm, field: Field) -> None:
    try:
        checked = validate_email(field.data or "", check_deliverability=False)
    except EmailNotValidError as error:
        raise StopValidation(BAD_EMAIL) from error
    field.data = checked.normalized


def email_field(label: str) -> StringField:
    """An address: one line, at most 254 characters, valid and normalised."""
    return StringField(
        label, filters=[clean], validators=[Required(), LengthUpTo(254), _valid_email]
    )


def name_field(label: str) -> StringField:
    """A required personal name."""
    return line(label, required=True, validators=[_PLAIN_NAME])


def password_field(label: str) -> PasswordField:
    """A password as it is: not stripped, compared whole, at most 256 characters."""
    return PasswordField(label, validators=[Required(), refuse_control_characters])


class LoginForm(BaseForm):
    """Anmeldung mit E-Mail-Adresse (C29, U03)."""

    email = StringField(
        "Ihre E-Mail-Adresse", filters=[clean], validators=[Required(), Length(max=254)]
    )
    password = PasswordField("Passwort", validators=[Required()])
    weiter = HiddenField()


class _NewPassword(BaseForm):
    """What every form that sets a password checks."""

    def context(self) -> tuple[str, ...]:
        """Words of the person that must not be the password."""
        return ()

    def validate(self, extra_validators: object = None) -> bool:
        valid = super().validate(extra_validators)  # type: ignore[arg-type]
        password, repeated = self["password"].data or "", self["repeated"].data or ""
        found = []
        if password:
            config = current_app.config["KMZ"]
            found = problems.password_problems(
                password,
                policy=config.password_policy,
                blocklist=config.password_blocklist,
                context=(*self.context(), config.site_name, config.house_label),
            )
        self.add_problems(found)
        if repeated and password != repeated:
            self["repeated"].errors = (*self["repeated"].errors, MISMATCH)
            return False
        return valid and not found


class SignupForm(_NewPassword):
    """Registrierung für das Kunden-Login: exactly five required fields (U04)."""

    email = email_field("E-Mail")
    last_name = name_field("Name")
    first_name = name_field("Vorname")
    password = password_field("Passwort")
    repeated = PasswordField("wiederholen", validators=[Required()])
    weiter = HiddenField()

    def context(self) -> tuple[str, ...]:
        local = (self.email.data or "").partition("@")[0]
        return (local, self.first_name.data or "", self.last_name.data or "")


class EmailForm(BaseForm):
    """Passwort vergessen?"""

    email = email_field("E-Mail-Adresse")


class NewPasswordForm(_NewPassword):
    """A new password through a mailed link."""

    password = password_field("Neues Passwort")
    repeated = PasswordField("wiederholen", validators=[Required()])


class PasswordChangeForm(_NewPassword):
    """Passwort ändern: altes, neues, wiederholen (U40)."""

    current = PasswordField("Altes Passwort", validators=[Required()])
    password = password_field("Neues Passwort")
    repeated = PasswordField("wiederholen", validators=[Required()])


class PasswordCheckForm(BaseForm):
    """Proving the password again before sensitive pages."""

    password = PasswordField("Aktuelles Passwort", validators=[Required()])
    weiter = HiddenField()


def _postal_code_fits_country(form: BaseForm, field: Field) -> None:
    text = field.data or ""
    if form["country"].data == "DE" and not (
        len(text) == 5 and text.isascii() and text.isdecimal()
    ):
        raise StopValidation("Eine deutsche Postleitzahl hat fünf Ziffern.")


_PHONE = Regexp(
    r"^$|^[0-9+()/ .\-]{5,40}$",
    message="Bitte geben Sie eine Telefonnummer ein, zum Beispiel +49 1234 56789.",
)


class ProfileForm(BaseForm):
    """Benutzerprofil; the * fields are needed for booking (U17)."""

    salutation = SelectField("Anrede", choices=SALUTATIONS, default="")
    title = line("Titel", limit=40)
    first_name = name_field("Vorname")
    last_name = name_field("Name")
    street = line("Straße", required=True)
    house_number = line("Hausnummer", limit=20, required=True)
    postal_code = line("PLZ", limit=10, required=True, validators=[_postal_code_fits_country])
    city = line("Ort", required=True)
    country = SelectField("Land", choices=COUNTRIES, default="DE")
    phone = line("Telefon", limit=40, validators=[_PHONE])
    mobile = line("Tel. mobil", limit=40, validators=[_PHONE])
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

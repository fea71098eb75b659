"""Fields that several forms of accounts share: addresses, names, passwords, phones."""

from datetime import date

from email_validator import validate_email
from wtforms import Field, PasswordField, SelectField, StringField
from wtforms.validators import Regexp, StopValidation

from kmz import clock
from kmz.dates import parse_day
from kmz.mail.addresses import checked_recipient
from kmz.web.forms import (
    BaseForm,
    LengthUpTo,
    Required,
    choice,
    clean,
    line,
    refuse_control_characters,
)

BAD_EMAIL = "Bitte geben Sie eine gültige E-Mail-Adresse ein, zum Beispiel name@beispiel.de."
# No addresses in names: a sign-up would mail them to strangers (REG-11), and mail programs make
# links even of a bare "boese.example". "Ph.D." and "J.R." stay names.
PLAIN_NAME = Regexp(
    r"^(?!.*(?:https?:|www\.|://|[<>{}@]|[^\W_]{2}\.[^\W_]{2})).*$",
    message="Bitte geben Sie nur einen Namen ein.",
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
    if not field.data:
        return  # only where an address is optional: Required stops before
    try:
        checked = validate_email(field.data, check_deliverability=False)
        field.data = checked_recipient(checked.normalized)  # else no mail could be written to it
    except ValueError as error:
        raise StopValidation(BAD_EMAIL) from error


def email_field(label: str, *, required: bool = True) -> StringField:
    """An address: one line, at most 254 characters, valid and normalised."""
    must = [Required()] if required else []
    return StringField(label, filters=[clean], validators=[*must, LengthUpTo(254), _valid_email])


def name_field(label: str) -> StringField:
    """A required personal name."""
    return line(label, required=True, validators=[PLAIN_NAME])


def _plausible_birth_date(_form: BaseForm, field: Field) -> None:
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


def birth_date_field() -> StringField:
    """An optional birth date as typed; `birth_date_of` reads it."""
    return line("Geburtsdatum", limit=20, validators=[_plausible_birth_date])


def birth_date_of(field: Field) -> date | None:
    """The checked day; None where nothing was typed."""
    return parse_day(field.data) if field.data else None


def password_field(label: str, *, required: bool = True) -> PasswordField:
    """A password as it is: not stripped, compared whole, at most 256 characters."""
    must = [Required()] if required else []
    return PasswordField(label, validators=[*must, refuse_control_characters])


def postal_code_fits_country(form: BaseForm, field: Field) -> None:
    """Five digits in Germany; needs a field `country` in the same form."""
    text = field.data or ""
    if form["country"].data == "DE" and not (
        len(text) == 5 and text.isascii() and text.isdecimal()
    ):
        raise StopValidation("Eine deutsche Postleitzahl hat fünf Ziffern.")


_PHONE = Regexp(
    r"^$|^[0-9+()/ .\-]{5,40}$",
    message="Bitte geben Sie eine Telefonnummer ein, zum Beispiel +49 1234 56789.",
)


def phone_field(label: str) -> StringField:
    """A telephone number as people write it, or nothing."""
    return line(label, limit=40, validators=[_PHONE])


def salutation_field() -> SelectField:
    """Anrede: never needed, with a neutral choice (L31)."""
    return SelectField("Anrede", choices=SALUTATIONS, default="")


def country_field() -> SelectField:
    return SelectField("Land", choices=COUNTRIES, default="DE")

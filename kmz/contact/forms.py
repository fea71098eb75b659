"""KONTAKT: the form of customers and visitors, and what the office fills in."""

from datetime import datetime
from typing import Any

from flask import current_app
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import StopValidation

from kmz import clock
from kmz.accounts.forms.fields import email_field, name_field, phone_field
from kmz.contact.rules import CALLBACK_WINDOWS, MAX_MESSAGE, is_too_quick
from kmz.crypto import Vault
from kmz.web.forms import BaseForm, choice, line, text_area

_TOO_QUICK = (
    "Das ging sehr schnell. Zum Schutz vor automatischen Anfragen senden Sie bitte noch einmal."
)


def _stay_empty(_form: BaseForm, field: StringField) -> None:
    """Programs fill every field; people do not see this one, and read its label if they do."""
    if field.data:
        raise StopValidation("Bitte lassen Sie dieses Feld leer.")


class ContactForm(BaseForm):
    """A question (U39). `opened` says, encrypted, when the page was written."""

    name = name_field("Name")
    email = email_field("E-Mail-Adresse")
    message = text_area("Anliegen", limit=MAX_MESSAGE, required=True)
    area_id = SelectField("Programmbereich")
    callback = BooleanField("Ich wünsche einen Rückruf")
    phone = phone_field("Telefonnummer")
    callback_window = SelectField(
        "Wann erreichen wir Sie?",
        choices=[choice(key, text) for key, text in CALLBACK_WINDOWS.items()],
    )
    kurs = HiddenField()
    vorgang = HiddenField()
    opened = HiddenField()
    website = line("Dieses Feld bitte leer lassen", limit=200, validators=[_stay_empty])

    def validate(self, extra_validators: Any = None) -> bool:
        is_valid, opened_at = super().validate(extra_validators), _read(self.opened.data)
        if opened_at is None:
            self.opened.data = opened_now()
        if self.callback.data and not self.phone.data and not self.phone.errors:
            message = "Bitte geben Sie für den Rückruf eine Telefonnummer an."
            self.phone.errors = (*self.phone.errors, message)
            return False
        if is_valid and is_too_quick(opened_at, clock.now()):
            self.form_errors.append(_TOO_QUICK)
            return False
        return is_valid

    @property
    def wanted_window(self) -> str:
        """When to call, "" where nobody wants a call."""
        return (self.callback_window.data or "") if self.callback.data else ""

    @property
    def wanted_area(self) -> int | None:
        return int(self.area_id.data) if self.area_id.data else None


def opened_now() -> str:
    """The value of `opened` for a page that is written now."""
    return _vault().encrypt(clock.now().isoformat())


def _vault() -> Vault:
    vault: Vault = current_app.extensions["kmz_vault"]
    return vault


def _read(sealed: str | None) -> datetime | None:
    """When the page was written; None for what we did not write."""
    if not sealed or len(sealed) > 500:
        return None
    try:
        return datetime.fromisoformat(_vault().decrypt(sealed))
    except ValueError:
        return None


class RequestNoteForm(BaseForm):
    """A remark for the colleagues; empty takes it away."""

    note = text_area("Notiz", limit=500)


class PersonForm(BaseForm):
    """An Ansprechperson as the site shows it."""

    area_id = SelectField("Zuständig für")
    name = line("Name", limit=120, required=True)
    role = line("Aufgabe", limit=120)
    email = email_field("E-Mail-Adresse", required=False)
    phone = phone_field("Telefonnummer")
    hours = line("Erreichbar", limit=200)
    version = HiddenField(default="1")

    @property
    def wanted_area(self) -> int | None:
        return int(self.area_id.data) if self.area_id.data else None

"""What the office fills in. None of these forms has a password (REC-08, REC-09)."""

from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput

from kmz.accounts.forms.fields import email_field
from kmz.recovery.rules import IDENTIFICATIONS
from kmz.web.forms import BaseForm, choice, line


class Checklist(SelectMultipleField):
    """Several answers, each with its own checkbox."""

    option_widget = CheckboxInput()


def _identification() -> Checklist:
    return Checklist(
        "Geprüfte Angaben (mindestens zwei)",
        choices=[choice(code, name) for code, name in IDENTIFICATIONS.items()],
    )


class AddressChangeForm(BaseForm):
    """Another mail address, entered for somebody who was identified (C08)."""

    email = email_field("Neue E-Mail-Adresse")
    reason = line("Grund", limit=300, required=True)
    identification = _identification()


class LetterForm(BaseForm):
    """A letter with a code, for somebody who was identified and has no mailbox."""

    identification = _identification()


class NoteForm(BaseForm):
    """A remark for the colleagues."""

    note = line("Notiz", limit=500, required=True)


class CloseForm(BaseForm):
    """Why a case ends."""

    reason = line("Begründung", limit=300, required=True)

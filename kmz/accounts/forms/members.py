"""Forms with which the administration changes the access of colleagues."""

from wtforms import SelectField

from kmz.web.forms import BaseForm, choice, line

ROLE_NAMES = {"office": "Büro", "finance": "Kasse", "admin": "Administration"}
# ASVS 6.4.4: as certain as when the access was given out; a mail alone is not.
IDENTIFICATIONS = {
    "in_person": "persönlich",
    "call_back": "Rückruf unter der bekannten Nummer",
    "video": "Videogespräch",
}


class RoleForm(BaseForm):
    """Another role for a colleague."""

    role = SelectField("Rolle", choices=[choice(*pair) for pair in ROLE_NAMES.items()])


class FactorResetForm(BaseForm):
    """Why a second factor is reset, and how the colleague was recognised."""

    identification = SelectField(
        "Woran haben Sie die Person erkannt?",
        choices=[choice(*pair) for pair in IDENTIFICATIONS.items()],
    )
    reason = line("Grund", limit=300, required=True)

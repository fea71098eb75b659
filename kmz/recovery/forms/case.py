"""Kein Zugriff mehr? (C01, C04)"""

from kmz.accounts.forms.fields import email_field
from kmz.web.forms import BaseForm, line, text_area


class CaseForm(BaseForm):
    """What somebody without access writes to us; the documented sentence is filled in."""

    name = line("Name", limit=200, required=True)
    message = text_area("Hinweis", limit=2000, required=True)
    email = email_field("E-Mail-Adresse für die Antwort", required=False)

"""The form of guests who want to be told."""

from kmz.accounts.forms.fields import email_field
from kmz.web.forms import BaseForm


class GuestForm(BaseForm):
    """Whoever has no account types the address; nothing else is needed."""

    email = email_field("Ihre E-Mail-Adresse")

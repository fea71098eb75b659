"""The form of closing an account."""

from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from kmz.web.forms import BaseForm


class ClosingForm(BaseForm):
    """A click is not enough for what cannot be undone; the password was proven just before."""

    sure = BooleanField(
        "Ja, ich möchte mein Kundenkonto endgültig löschen.",
        validators=[InputRequired("Bitte bestätigen Sie, dass Sie es löschen möchten.")],
    )
    weiter = HiddenField()

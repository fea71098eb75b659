"""Forms of the staff's second factor."""

from wtforms import HiddenField

from kmz.web.forms import BaseForm, line


class AppCodeForm(BaseForm):
    """The six digits that the app shows now."""

    code = line("Code aus Ihrer App", limit=20, required=True)
    weiter = HiddenField()


class RecoveryCodeForm(BaseForm):
    """One of the ten printed codes."""

    code = line("Wiederherstellungscode", limit=40, required=True)
    weiter = HiddenField()


class AppSetupForm(BaseForm):
    """The first code of a new app; `sealed` is its secret, encrypted for this login alone."""

    code = line("Code aus Ihrer App", limit=20, required=True)
    sealed = HiddenField()

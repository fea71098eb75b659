"""The forms of leaving: the declaration of a Widerruf, what staff say about it."""

from wtforms import HiddenField

from kmz.accounts.forms.fields import email_field
from kmz.booking.leaving.withdrawal_rules import Declaration
from kmz.booking.rules import LONGEST_CONTRACT
from kmz.web.forms import BaseForm, line, text_area


class WithdrawalForm(BaseForm):
    """A Widerruf, with exactly what the law allows to ask (L14).

    Works without cookies, so no token is asked for; `token` makes it count once.
    """

    class Meta(BaseForm.Meta):
        csrf = False

    name = line("Name", limit=200, required=True)
    contract = text_area("Vertrag", limit=LONGEST_CONTRACT, required=True)
    email = email_field("E-Mail für die Eingangsbestätigung")
    remark = text_area("Bemerkung", limit=1000)
    token = HiddenField()

    def declaration(self) -> Declaration:
        """What was declared, checked."""
        return Declaration(
            name=self.name.data or "",
            contract=self.contract.data or "",
            email=self.email.data or "",
            remark=self.remark.data or "",
        )


class SettleForm(BaseForm):
    """What became of a declaration, for the file."""

    note = text_area("Notiz", limit=500, required=True)

"""The form of a Bankverbindung."""

from wtforms import Field, HiddenField
from wtforms.validators import StopValidation

from kmz.banking import rules
from kmz.web.forms import BaseForm, line


class BankAccountForm(BaseForm):
    """Kontoinhaber and IBAN; bank name and BIC follow from the IBAN."""

    account_holder = line("Kontoinhaber/in", limit=70, required=True)
    iban = line("IBAN", limit=60, required=True)
    weiter = HiddenField()

    def validate_iban(self, field: Field) -> None:
        """A correct IBAN of a SEPA country; says what is wrong with it."""
        try:
            self.data_of_iban = rules.read_iban(field.data)
        except ValueError as error:
            raise StopValidation(str(error)) from error

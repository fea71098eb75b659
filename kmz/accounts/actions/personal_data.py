"""Einstellungen → Konto anpassen: personal data, address and password at once (C25–C27)."""

from kmz.accounts import rules
from kmz.accounts.actions.addresses import request_address_change
from kmz.accounts.actions.passwords import change_password
from kmz.accounts.actions.profile import change_profile
from kmz.accounts.models import CustomerAccount
from kmz.accounts.rules import PersonalData
from kmz.db import transaction


def change_personal_data(
    customer_id: int,
    data: PersonalData,
    *,
    new_email: str,
    password_hash: str | None,
    keep_login: int,
) -> bool:
    """Save everything or nothing; whether a link was mailed to a new address.

    RefusedError when the address cannot be asked for. The password comes before the address,
    because a new password withdraws older wishes for one.
    """
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id, with_for_update=True)
        change_profile(customer_id, data)
        if password_hash is not None:
            change_password(customer_id, password_hash=password_hash, keep_login=keep_login)
        if not new_email or rules.email_key(new_email) == customer.email_key:
            return False
        request_address_change(customer_id, new_email=new_email, by=customer)
        return True

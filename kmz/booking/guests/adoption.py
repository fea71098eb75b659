"""At every login the customer's account finds what was booked as a guest before, and where a guest
waits.
"""

from flask import current_app
from sqlalchemy.exc import IntegrityError

from kmz import log
from kmz.accounts.actions.login import at_login
from kmz.accounts.models import CustomerAccount
from kmz.booking.guest_key import guest_key
from kmz.booking.guests.actions import adopt_requests, adopt_waiting


def _adopt(customer: CustomerAccount) -> None:
    if not customer.email or customer.shared:
        return
    key = guest_key(current_app.extensions["kmz_vault"], customer.email)
    try:
        adopt_requests(customer, key)
        adopt_waiting(customer)
    except IntegrityError:
        # The same person was booked, or put on the list, at this moment: next time. Nobody stays
        # outside for it.
        log.error("booking.not_adopted", customer=customer.id)


def init_guest_adoption() -> None:
    """Be called after every login."""
    at_login("guest requests", _adopt)

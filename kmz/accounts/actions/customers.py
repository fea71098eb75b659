"""What staff may do with a customer's account: end its logins, lock and unlock it."""

from kmz import clock
from kmz.accounts.actions.devices import forget_devices
from kmz.accounts.actions.sessions import end_logins
from kmz.accounts.models import CustomerAccount, StaffUser
from kmz.audit.actions import record
from kmz.db import transaction


def end_all_logins(customer_id: int, *, by: StaffUser) -> None:
    """Log all devices of a customer out at once (ASVS 7.4.5)."""
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id)
        end_logins(customer, by=by)
        forget_devices(customer)
        record(session, "login.all_ended", by=by, kind="customer", object_id=customer_id)


def lock_customer(customer_id: int, *, by: StaffUser) -> None:
    """Lock an account: its logins end, and nobody can log in (ASVS 7.4.2). Twice changes
    nothing.
    """
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id)
        if customer.disabled_at is not None:
            return
        customer.disabled_at = clock.now()
        end_logins(customer, by=by)
        record(session, "account.locked", by=by, kind="customer", object_id=customer_id)


def unlock_customer(customer_id: int, *, by: StaffUser) -> None:
    """Let the customer log in again."""
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id)
        if customer.disabled_at is None:
            return
        customer.disabled_at = None
        record(session, "account.unlocked", by=by, kind="customer", object_id=customer_id)

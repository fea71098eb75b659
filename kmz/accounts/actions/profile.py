"""Changing the Benutzerprofil."""

from kmz.accounts.models import CustomerAccount, CustomerProfile
from kmz.accounts.rules import ProfileData
from kmz.audit.actions import record
from kmz.db import transaction

_NAMES = ("first_name", "last_name")
PROFILE_FIELDS = (
    "salutation",
    "title",
    "street",
    "house_number",
    "postal_code",
    "city",
    "country",
    "phone",
    "mobile",
    "birth_date",
)


def change_profile(customer_id: int, data: ProfileData) -> None:
    """Save the profile; the audit entry names the changed fields, not their values."""
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id)
        profile = session.get_one(CustomerProfile, customer_id)
        changed = [
            name
            for row, names in ((customer, _NAMES), (profile, PROFILE_FIELDS))
            for name in names
            if getattr(row, name) != getattr(data, name)
        ]
        for name in changed:
            setattr(customer if name in _NAMES else profile, name, getattr(data, name))
        if changed:
            profile.version += 1
            record(
                session,
                "profile.changed",
                by=customer,
                kind="customer",
                object_id=customer_id,
                fields=changed,
            )

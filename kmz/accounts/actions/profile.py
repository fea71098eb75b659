"""Changing the Benutzerprofil."""

from dataclasses import fields

from kmz.accounts.models import CustomerAccount, CustomerProfile
from kmz.accounts.rules import PersonalData, ProfileData
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


def change_profile(customer_id: int, data: ProfileData | PersonalData) -> None:
    """Save what a form asked for; the audit entry names the changed fields, not their values."""
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id)
        profile = session.get_one(CustomerProfile, customer_id)
        changed = []
        for name in (field.name for field in fields(data)):
            row = customer if name in _NAMES else profile
            if getattr(row, name) != getattr(data, name):
                setattr(row, name, getattr(data, name))
                changed.append(name)
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

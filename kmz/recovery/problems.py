"""Refusals known in advance: accounts without a way back, people who were not identified."""

from collections.abc import Sequence

from kmz.accounts.models import AddressChange, CustomerAccount, CustomerProfile
from kmz.accounts.problems import missing_profile_fields
from kmz.errors import Problem
from kmz.recovery.rules import IDENTIFICATIONS, MIN_IDENTIFICATIONS

OWN_WISH = Problem(
    "recovery.own_wish",
    "Sie haben diesen Link selbst angefordert. Eine zweite Person muss ihn freigeben.",
)
ADDRESS_CHANGED = Problem(
    "recovery.address_changed",
    "Die E-Mail-Adresse hat sich inzwischen geändert. Bitte fordern Sie einen neuen Link an.",
)
NO_MAILBOX = Problem(
    "recovery.no_mailbox",
    "Es ist keine E-Mail-Adresse hinterlegt. "
    "Tragen Sie nach einer Identitätsprüfung eine neue ein oder drucken Sie einen Brief.",
)
SHARED = Problem(
    "recovery.shared",
    "Dieses Login gehört einer Schule. Neue Zugangsdaten bekommt sie unter „Schulen“.",
)
LOCKED = Problem(
    "recovery.locked",
    "Das Kundenkonto ist gesperrt oder geschlossen. So lange führt kein Weg hinein.",
)
TAKEN = Problem(
    "address.taken", "Diese Adresse gehört schon zu einem anderen Kundenkonto.", "email"
)
TOO_FEW = Problem(
    "identification.too_few",
    f"Bitte prüfen Sie mindestens {MIN_IDENTIFICATIONS} Angaben und kreuzen Sie an, welche.",
    "identification",
)


def account_problems(customer: CustomerAccount) -> list[Problem]:
    """Why staff cannot open any way back into this account."""
    if not customer.may_log_in:
        return [LOCKED]
    return [SHARED] if customer.shared else []


def link_problems(customer: CustomerAccount, pending: AddressChange | None) -> list[Problem]:
    """Why no recovery link can be sent."""
    found = account_problems(customer)
    if not customer.email and pending is None:
        found.append(NO_MAILBOX)
    return found


def taken_problems(owner: CustomerAccount | None, customer: CustomerAccount) -> list[Problem]:
    """Staff may see all customers, so they are told when an address is somebody else's."""
    return [] if owner is None or owner.id == customer.id else [TAKEN]


def letter_problems(customer: CustomerAccount, profile: CustomerProfile) -> list[Problem]:
    """Why no letter can be written."""
    missing = missing_profile_fields(profile)
    if not missing:
        return account_problems(customer)
    message = f"Für einen Brief fehlt in der hinterlegten Anschrift: {', '.join(missing)}."
    return [*account_problems(customer), Problem("recovery.no_address", message)]


def identification_problems(checked: Sequence[str], profile: CustomerProfile) -> list[Problem]:
    """Why what was checked does not show who somebody is (L34); nothing stored, nothing checked."""
    if len({code for code in checked if code in IDENTIFICATIONS}) < MIN_IDENTIFICATIONS:
        return [TOO_FEW]
    stored = {
        "birth_date": profile.birth_date is not None,
        "street": bool(profile.street),
        "call_back": bool(profile.phone or profile.mobile or profile.phone_private),
    }
    return [
        Problem(
            "identification.not_stored",
            f"„{IDENTIFICATIONS[code]}“ lässt sich nicht prüfen: Es ist nichts hinterlegt.",
            "identification",
        )
        for code in checked
        if not stored.get(code, True)
    ]

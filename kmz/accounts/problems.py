"""Refusals known in advance: passwords that are too weak, profiles that are incomplete."""

from kmz.accounts import rules
from kmz.accounts.models import CustomerProfile
from kmz.errors import Problem

COMMON = (
    "Dieses Passwort wird sehr häufig verwendet und ist deshalb unsicher. "
    "Bitte wählen Sie ein anderes."
)
TOO_LONG = f"Bitte verwenden Sie höchstens {rules.MAX_PASSWORD_LENGTH} Zeichen."

# The * fields of the Benutzerprofil (U17), by field name.
REQUIRED_PROFILE_FIELDS = {
    "street": "Straße",
    "house_number": "Hausnummer",
    "postal_code": "PLZ",
    "city": "Ort",
    "country": "Land",
}


def password_problems(
    password: str,
    *,
    policy: str,
    blocklist: str,
    context: tuple[str, ...] = (),
    field: str = "password",
) -> list[Problem]:
    """What stands against a new password: each broken bullet, then the block list."""
    if len(password) > rules.MAX_PASSWORD_LENGTH:
        return [Problem("password.long", TOO_LONG, field)]
    broken = rules.broken_rules(password, policy)
    if broken:
        return [
            Problem(f"password.{rule.code}", f"Das Passwort muss {rule.text}.", field)
            for rule in broken
        ]
    if blocklist == "reject" and rules.is_common_password(password, context):
        return [Problem("password.common", COMMON, field)]
    return []


def missing_profile_fields(profile: CustomerProfile) -> list[str]:
    """German labels of the * fields that are still empty."""
    return [label for name, label in REQUIRED_PROFILE_FIELDS.items() if not getattr(profile, name)]


def profile_problems(profile: CustomerProfile) -> list[Problem]:
    """Why a customer cannot book yet as far as the profile goes (U17)."""
    missing = missing_profile_fields(profile)
    if not missing:
        return []
    message = (
        f"Für Buchungen fehlen noch Angaben: {', '.join(missing)}. "
        "Bitte ergänzen Sie Ihr Benutzerprofil."
    )
    return [
        Problem(
            "profile.incomplete",
            message,
            link="/konto/profil",
            link_label="Benutzerprofil ergänzen",
        )
    ]

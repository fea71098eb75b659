"""The tables of accounts: who somebody is, and every way in."""

from kmz.accounts.models.customers import CustomerAccount, CustomerProfile, School, SignupRequest
from kmz.accounts.models.links import AddressChange, PasswordReset
from kmz.accounts.models.logins import KnownDevice, LoginFailure, LoginSession, owned_by
from kmz.accounts.models.staff import (
    ROLES,
    Passkey,
    StaffRecoveryCode,
    StaffTotp,
    StaffUser,
    WebauthnChallenge,
)

__all__ = [
    "ROLES",
    "AddressChange",
    "CustomerAccount",
    "CustomerProfile",
    "KnownDevice",
    "LoginFailure",
    "LoginSession",
    "Passkey",
    "PasswordReset",
    "School",
    "SignupRequest",
    "StaffRecoveryCode",
    "StaffTotp",
    "StaffUser",
    "WebauthnChallenge",
    "owned_by",
]

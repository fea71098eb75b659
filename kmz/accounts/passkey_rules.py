"""WebAuthn as pure functions: what a browser is asked, and what its answer is worth.

User verification (PIN, fingerprint, face) is always required: then a passkey is possession and
knowledge at once, and needs no password beside it. Attestation is not asked for, so there are no
makers of devices to trust (ASVS 6.7.1); everything is checked by py_webauthn.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

CHALLENGE_BYTES = 32
MAX_PASSKEYS = 20
_TIMEOUT_MS = 300_000
# What py_webauthn raises for answers that are not even well-formed.
_MALFORMED = (WebAuthnException, ValueError, TypeError, LookupError)


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The portal as authenticators know it: the host that passkeys belong to, a name to show, and
    the only origin whose pages may use them.
    """

    id: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A passkey as its device made it; `id` is base64url."""

    id: str
    public_key: bytes
    sign_count: int


def relying_party(public_url: str, name: str) -> RelyingParty | None:
    """The portal at this address; None at a bare IP address, which WebAuthn does not know."""
    host = urlsplit(public_url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return RelyingParty(host, name, public_url)
    return None


def creation_options(
    party: RelyingParty,
    *,
    challenge: bytes,
    handle: bytes,
    user_name: str,
    display_name: str,
    known: Iterable[str],
) -> str:
    """JSON for `navigator.credentials.create`; devices that hold a known passkey refuse."""
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=party.id,
            rp_name=party.name,
            user_id=handle,
            user_name=user_name,
            user_display_name=display_name,
            challenge=challenge,
            timeout=_TIMEOUT_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_described(known),
        )
    )


def request_options(party: RelyingParty, *, challenge: bytes, known: Iterable[str] = ()) -> str:
    """JSON for `navigator.credentials.get`; without `known` the device offers whom it knows."""
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=party.id,
            challenge=challenge,
            timeout=_TIMEOUT_MS,
            allow_credentials=_described(known),
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def _described(ids: Iterable[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(known)) for known in ids]


def read_creation(
    answer: dict[str, Any], challenge: bytes, party: RelyingParty
) -> NewCredential | None:
    """The new passkey, or None when anything about the answer is wrong."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _MALFORMED:
        return None
    return NewCredential(
        bytes_to_base64url(made.credential_id), made.credential_public_key, made.sign_count
    )


def read_use(
    answer: dict[str, Any], challenge: bytes, party: RelyingParty, *, public_key: bytes
) -> int | None:
    """The device's counter after this use, or None when anything about the answer is wrong.

    Whether the counter has risen is decided where it is stored.
    """
    try:
        used = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _MALFORMED:
        return None
    return used.new_sign_count


def credential_id(answer: dict[str, Any]) -> str:
    """Which passkey an answer claims to come from; "" when it does not say."""
    claimed = answer.get("id")
    return claimed if isinstance(claimed, str) and len(claimed) <= 1400 else ""


def user_handle(answer: dict[str, Any]) -> bytes:
    """Whose passkey the device believes it is; empty when it does not say."""
    response = answer.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    try:
        return base64url_to_bytes(handle) if isinstance(handle, str) else b""
    except ValueError:
        return b""

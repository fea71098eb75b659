"""Pure rules of the staff's second factors: codes of an app (RFC 6238), codes for a lost one."""

import re
import secrets
from datetime import datetime

import pyotp

STEP_SECONDS = 30
# ASVS 6.5.5: clocks of phones may be one step off, to either side.
TOLERATED_STEPS = (-1, 0, 1)
RECOVERY_CODES = 10
_RECOVERY_DIGITS = 16
_APP_CODE = re.compile(r"[0-9]{6}")
_NOT_HEX = re.compile(r"[^0-9a-f]")


def step_of(moment: datetime) -> int:
    """The time step that a moment lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def new_secret() -> str:
    """The secret of a new app: 160 bits in base32."""
    return pyotp.random_base32()


def code_at(secret: str, moment: datetime) -> str:
    """What the app shows at a moment."""
    return pyotp.TOTP(secret).generate_otp(step_of(moment))


def fitting_steps(secret: str, code: str, *, now: datetime) -> list[int]:
    """The time steps around now whose code this is; usually one or none."""
    digits = "".join(code.split())
    if not _APP_CODE.fullmatch(digits):
        return []
    app, here = pyotp.TOTP(secret), step_of(now)
    steps = [here + offset for offset in TOLERATED_STEPS]
    return [
        step
        for step in steps
        if secrets.compare_digest(app.generate_otp(step).encode(), digits.encode())
    ]


def app_address(secret: str, *, email: str, site_name: str) -> str:
    """The otpauth address that an app reads, typed or from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=site_name)


def new_recovery_codes() -> list[str]:
    """Ten codes of 60 random bits. The first digit only says which of the ten it is, so that a
    guess costs one hash and not ten.
    """
    return [f"{place:x}{secrets.token_hex(8)[1:]}" for place in range(RECOVERY_CODES)]


def grouped(code: str) -> str:
    """A recovery code or a secret in groups of four, for people who copy it."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def read_recovery_code(text: str) -> tuple[int, str] | None:
    """Place and code as they were meant, however they were typed; None for no code at all."""
    code = _NOT_HEX.sub("", text.lower())
    return (int(code[0], 16), code) if len(code) == _RECOVERY_DIGITS else None

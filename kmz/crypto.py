"""Secrets: random tokens and their digests, encryption at rest, look-up fingerprints, passwords."""

import hashlib
import hmac
import secrets
import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

# OWASP's second recommended parameter set and ASVS 5.0 11.4.2 (>= 46 MiB with one pass).
_HASHER = PasswordHasher(time_cost=1, memory_cost=47 * 1024, parallelism=1)
# Two cores: more hashes at once only make each slower and cost 47 MiB apiece.
_HASH_SLOTS = BoundedSemaphore(2)

_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def new_token() -> str:
    """A fresh 256-bit token for a cookie or a link, URL-safe."""
    return secrets.token_urlsafe(32)


def new_readable_password() -> str:
    """A password to be read from paper: 59 random bits in groups, nothing easily misread.

    Its hyphens and its last digit fulfil every rule of composition.
    """
    groups = ("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3))
    return f"{'-'.join(groups)}-{secrets.choice('23456789')}"


def fresh_secrets() -> list[str]:
    """`NAME=value` lines for every secret that a new installation needs."""
    names = ("KMZ_SECRET_KEY", "KMZ_PASSWORD_PEPPER", "KMZ_FINGERPRINT_KEY")
    lines = [f"{name}={secrets.token_urlsafe(48)}" for name in names]
    return [*lines, f"KMZ_DATA_KEYS={Fernet.generate_key().decode()}"]


def token_digest(token: str) -> str:
    """What the database keeps of a token: SHA-256 in hex (the token itself has 256 bits)."""
    return hashlib.sha256(token.encode()).hexdigest()


class Vault:
    """Encryption at rest and keyed fingerprints; its keys live outside the database.

    `keys` are Fernet keys, the first encrypts, all decrypt (rotation). Fingerprints are
    HMAC-SHA-256 so that equal values can be found without being readable.
    """

    def __init__(self, keys: tuple[str, ...], fingerprint_key: str) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._fingerprint_key = fingerprint_key.encode()

    def encrypt(self, plain: str) -> str:
        return self._fernet.encrypt(plain.encode()).decode()

    def decrypt(self, cipher: str) -> str:
        """The plain text; ValueError when no key fits (wrong key file, damaged row)."""
        try:
            return self._fernet.decrypt(cipher.encode()).decode()
        except InvalidToken as error:
            raise ValueError("no configured data key can decrypt this value") from error

    def renew(self, cipher: str) -> str:
        """The same text encrypted with the newest key; ValueError when no key fits."""
        return self.encrypt(self.decrypt(cipher))

    def fingerprint(self, value: str) -> str:
        return hmac.new(self._fingerprint_key, value.encode(), hashlib.sha256).hexdigest()


class Passwords:
    """Argon2id over an HMAC-peppered password (domain.md 3.3 no. 5).

    Passwords are compared whole and case-sensitive after NFC; the pepper comes from the
    environment.
    """

    def __init__(self, pepper: str) -> None:
        self._pepper = pepper.encode()
        self._dummy = ""

    def _peppered(self, password: str) -> str:
        normalised = unicodedata.normalize("NFC", password).encode()
        return hmac.new(self._pepper, normalised, hashlib.sha256).hexdigest()

    def hash(self, password: str) -> str:
        with _HASH_SLOTS:
            return _HASHER.hash(self._peppered(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password fits. Without a stored hash it takes the same time and says no."""
        known = stored or self._dummy_hash()
        with _HASH_SLOTS:
            try:
                _HASHER.verify(known, self._peppered(password))
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def needs_rehash(self, stored: str) -> bool:
        return _HASHER.check_needs_rehash(stored)

    def _dummy_hash(self) -> str:
        if not self._dummy:
            self._dummy = self.hash(new_token())
        return self._dummy

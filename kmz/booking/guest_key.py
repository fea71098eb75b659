"""How guests are known again: by a digest of their address (L23)."""

from kmz.accounts.rules import email_key
from kmz.crypto import Vault


def guest_key(vault: Vault, email: str) -> str:
    """The keyed digest of an address, however it is spelled; it cannot be read back."""
    return vault.fingerprint(f"guest:{email_key(email)}")

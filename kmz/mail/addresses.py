"""Addresses and one-line texts that may stand in an envelope or a header."""

import re
import secrets
import unicodedata
from urllib.parse import urlsplit

import idna

# No blanks, control characters, list separators, brackets or quotes: one plain mailbox.
_MAILBOX = re.compile(
    r"[^\s\x00-\x20\x7f-\x9f<>()\[\],;:\\\"@]{1,64}@[^\s\x00-\x20\x7f-\x9f<>(),;\\\"@]+"
)
_LONGEST_ADDRESS = 254
_LONGEST_SUBJECT = 200
_LINE_BREAKING = frozenset({"Cc", "Zl", "Zp"})


def checked_recipient(address: str) -> str:
    """The address itself; ValueError if it is more than one plain mailbox (CR/LF, lists, names)."""
    if len(address) > _LONGEST_ADDRESS or not _MAILBOX.fullmatch(address):
        raise ValueError("not a plain mail address")
    return address


def one_line(text: str) -> str:
    """The text without control characters and line breaks, at most 200 characters."""
    clean = "".join(" " if unicodedata.category(char) in _LINE_BREAKING else char for char in text)
    clean = " ".join(clean.split())
    return clean if len(clean) <= _LONGEST_SUBJECT else clean[: _LONGEST_SUBJECT - 1].rstrip() + "…"


def ascii_domain(domain: str) -> str:
    """The domain as DNS knows it, by IDNA 2008.

    Python's own codec follows IDNA 2003, which makes strasse.de of straße.de: another's mailbox.
    """
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()


def ascii_address(address: str) -> str:
    """The address with an ASCII domain; what stands before the @ is left alone."""
    mailbox, _, domain = address.rpartition("@")
    return f"{mailbox}@{ascii_domain(domain)}"


def new_message_id(public_url: str) -> str:
    """A fresh Message-ID at the portal's own host; it names neither mail nor recipient."""
    host = urlsplit(public_url).hostname or "localhost"
    return f"<{secrets.token_hex(16)}@{ascii_domain(host).replace(':', '.')}>"

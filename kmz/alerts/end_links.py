"""The link that ends mails: signed, so that it works for years without a login.

It names the alert by a random key and says nothing else. Every key of `KMZ_SECRET_KEY_FALLBACKS`
still opens what it signed.
"""

import hashlib

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

_PURPOSE = "kmz.alerts.end"


def end_token(end_key: str) -> str:
    """What stands in the address that ends an alert."""
    return str(_serializer().dumps(end_key))


def read_end_token(token: str) -> str | None:
    """The key of the alert; None where nobody of us signed it."""
    try:
        end_key = _serializer().loads(token)
    except BadSignature:
        return None
    return end_key if isinstance(end_key, str) else None


def _serializer() -> URLSafeSerializer:
    config = current_app.config["KMZ"]
    # The last one signs, all of them are tried.
    keys = [*config.secret_key_fallbacks, config.secret_key]
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(keys, salt=_PURPOSE, signer_kwargs=options)

"""Forms that were sent after the login had ended, or when the password had to be proven again:
nothing typed is lost (ASVS 7.3.1).

The page that asks carries what was sent as ciphertext, so the next person at a shared computer sees
nothing of it. After the login of the same person a page offers to send it again; passwords and
form tokens are never part of it.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from werkzeug.datastructures import MultiDict

from kmz.crypto import Vault

LIFETIME = timedelta(hours=1)
LONGEST = 50_000
_LEFT_OUT = ("csrf_token", "password", "repeated", "current", "unsent")


@dataclass(frozen=True, slots=True)
class Unsent:
    """What somebody sent to an address of ours when the login was over already."""

    customer_id: int
    address: str
    fields: list[list[str]]
    sent_at: str

    def seal(self, vault: Vault) -> str:
        """As ciphertext for a hidden field; "" when it would be too long."""
        sealed = vault.encrypt(json.dumps(asdict(self)))
        return sealed if len(sealed) <= LONGEST else ""


def keepable(form: MultiDict[str, str]) -> list[list[str]]:
    """Names and values of a form but for its secrets."""
    return [[name, value] for name, value in form.items(multi=True) if not name.endswith(_LEFT_OUT)]


def unseal(sealed: str, *, customer_id: int, now: datetime, vault: Vault) -> Unsent | None:
    """What this customer sent within the last hour; None for everything else."""
    if not sealed or len(sealed) > LONGEST:
        return None
    try:
        unsent = Unsent(**json.loads(vault.decrypt(sealed)))
    except ValueError:
        return None
    is_late = now - datetime.fromisoformat(unsent.sent_at) > LIFETIME
    return None if is_late or unsent.customer_id != customer_id else unsent

"""How guests are known on the Warteliste: by their address, and by a secret link that shows their
place.

The link's token is made from the entry with the portal's key, so every mail can name the same
link although the database knows only its digest.
"""

from flask import current_app

from kmz.booking.guest_key import guest_key
from kmz.booking.models import WaitlistEntry
from kmz.booking.rules import ParticipantName, participant_key
from kmz.crypto import Vault


def link_token(entry: WaitlistEntry) -> str:
    """What stands in the address; nobody without the key can make it. The moment is in it because
    SQLite gives the id of a deleted row to a new one, and old mails must not open that.
    """
    return _vault().fingerprint(f"waitlist:{entry.id}:{entry.waitlisted_at.isoformat()}")


def participant_key_of(name: ParticipantName, email: str) -> str:
    """The key of a guest, as bookings know it. Who gave no address is known by name alone."""
    return participant_key(None, name, guest_key=guest_key(_vault(), email) if email else None)


def _vault() -> Vault:
    vault: Vault = current_app.extensions["kmz_vault"]
    return vault

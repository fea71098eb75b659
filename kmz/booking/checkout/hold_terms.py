"""For how long, and how much, the current visitor may hold."""

from flask import current_app, request

from kmz.booking.rules import CartOwner
from kmz.booking.seats.holds import HoldTerms
from kmz.config import Config
from kmz.crypto import Vault


def hold_terms(owner: CartOwner) -> HoldTerms:
    """The house's limits for this person and network address; both are only known as digests."""
    config: Config = current_app.config["KMZ"]
    vault: Vault = current_app.extensions["kmz_vault"]
    who = f"customer:{owner.customer_id}" if owner.customer_id else f"visitor:{owner.token}"
    return HoldTerms(
        minutes=config.hold_minutes,
        owner=vault.fingerprint(f"hold:{who}"),
        address=vault.fingerprint(f"hold-address:{request.remote_addr}"),
        most_per_owner=config.holds_per_person,
        most_per_address=config.holds_per_address,
    )

"""The terms under which the current visitor presses the last button."""

from typing import Any

from flask import current_app

from kmz.banking.rules import MANDATE_TEXT_VERSION
from kmz.booking.checkout.actions.book import Terms
from kmz.booking.checkout.drafted import DraftContent
from kmz.booking.guest_key import guest_key
from kmz.booking.rules import EARLY_START_VERSION
from kmz.config import Config


def terms_of(
    content: DraftContent,
    version: str,
    *,
    shown_total: int,
    shown: str = "",
    early_start: bool = False,
) -> Terms:
    """The `version` of the AGB and those of the other texts, the house's rules, and a guest's
    digest; `shown_total` in cents, `shown` the mark of the summary (`drafted.mark_of`).
    """
    config: Config = current_app.config["KMZ"]
    texts: dict[str, Any] = {"terms": version, "mandate": MANDATE_TEXT_VERSION}
    if early_start:
        texts["early_start"] = EARLY_START_VERSION
    return Terms(
        shown_total=shown_total,
        shown=shown,
        texts=texts,
        creditor_id=config.creditor_id,
        bank_account_required=config.bank_account_required,
        before_proof=config.concession_before_proof,
        guest_key=guest_key_of(content),
    )


def guest_key_of(content: DraftContent) -> str | None:
    """The digest of a guest's address; None for customers."""
    guest = content.partner
    return guest_key(current_app.extensions["kmz_vault"], guest.email) if guest else None

"""Reading recovery cases and links."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.crypto import token_digest
from kmz.db import db
from kmz.recovery.models import RecoveryLink
from kmz.recovery.rules import normalise_code


def find_open_link(token: str) -> RecoveryLink | None:
    """The link whose token or letter code this is, with its customer, if it is still good.

    A password set since it was sent ends it, as does a lock or the closing of the account.
    """
    digests = (token_digest(token), token_digest(normalise_code(token)))
    query = (
        select(RecoveryLink)
        .join(RecoveryLink.customer)
        .where(
            RecoveryLink.token_hash.in_(digests),
            RecoveryLink.used_at.is_(None),
            RecoveryLink.revoked_at.is_(None),
            RecoveryLink.expires_at > clock.now(),
            RecoveryLink.sent_at > CustomerAccount.password_changed_at,
            CustomerAccount.disabled_at.is_(None),
            CustomerAccount.closed_at.is_(None),
        )
        .options(joinedload(RecoveryLink.customer))
    )
    return db.session.scalar(query)

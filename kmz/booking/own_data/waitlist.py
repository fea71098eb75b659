"""Places on Wartelisten and what was offered, also those of a guest with the same mailbox."""

from collections.abc import Sequence

from kmz.accounts.models import CustomerAccount
from kmz.booking.models import OfferOutcome, WaitlistEntry, WaitlistOffer, WaitlistStatus
from kmz.booking.waitlist import queries as waitlist_queries
from kmz.booking.waitlist.rules import OUTCOME_NAMES, STATUS_NAMES
from kmz.db import db
from kmz.own_data import Column, Section


def _entries(customer_id: int) -> Sequence[WaitlistEntry]:
    return waitlist_queries.history_of(db.session.get_one(CustomerAccount, customer_id))


_OFFER = (
    Column("offered_at", "Angeboten am"),
    Column("until", "Gültig bis"),
    Column("outcome", "Ergebnis", shown=lambda row: OUTCOME_NAMES[OfferOutcome(row.outcome)]),
    Column("ended_at", "Erledigt am"),
    Column("reason", "Grund"),
)

SECTIONS = (
    Section(
        "waitlist",
        "Wartelisten",
        (WaitlistEntry.__tablename__, WaitlistOffer.__tablename__),
        _entries,
        (
            Column("course", "Kurs", read=lambda row: row.course.display_line),
            Column("participant_first_name", "Vorname der wartenden Person"),
            Column("participant_last_name", "Name der wartenden Person"),
            Column("birth_date", "Geburtsdatum"),
            Column("status", "Stand", shown=lambda row: STATUS_NAMES[WaitlistStatus(row.status)]),
            Column("waitlisted_at", "Seit"),
            Column("ended_at", "Bis"),
            Column("offers", "Angebote", columns=_OFFER),
        ),
    ),
)

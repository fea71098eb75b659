"""Pure rules of alerts: how many, how long, and when mails about them go out."""

from datetime import datetime, timedelta

from kmz import clock

MAX_SEARCHES, MAX_SEAT_ALERTS = 20, 50
# How many mails with a link to confirm one address gets (REG-12).
MAX_MAILS, MAIL_WINDOW = 5, timedelta(hours=24)
LINK_LIFETIME = timedelta(hours=48)
# A guest's Suchabo ends after this time; a customer's ends with the account.
GUEST_SEARCH_LIFETIME = timedelta(days=730)
# A course that was taken offline may come back with the next feed.
WITHDRAWN_KEPT_FOR = timedelta(days=30)
# A course is news only so long after its publishing: until then its transaction has ended for
# certain, and nothing published in the meantime is passed over.
SETTLING_TIME = timedelta(minutes=10)


def start_of_day(now: datetime) -> datetime:
    """The Berlin midnight before a moment; a search has one mail a day."""
    return clock.berlin_moment(clock.in_berlin(now).date())

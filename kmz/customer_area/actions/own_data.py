"""Noting that somebody took all their data along."""

from kmz import log
from kmz.accounts.models import CustomerAccount
from kmz.audit.actions import record
from kmz.customer_area import mails
from kmz.db import transaction


def note_download(customer_id: int) -> None:
    """An audit entry, and a mail to the owner (M22): with a stolen password it is no secret."""
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id)
        record(session, "data.downloaded", by=customer, kind="customer", object_id=customer_id)
        mails.send_data_downloaded(session, customer)
        actor = customer.actor_name
    log.event("data.downloaded", actor=actor)

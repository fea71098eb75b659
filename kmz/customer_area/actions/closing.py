"""Closing accounts: on their owner's wish, after years without use, and purging what was kept."""

from sqlalchemy import select, update

from kmz import clock, log
from kmz.accounts.actions import closing as accounts
from kmz.accounts.models import CustomerAccount
from kmz.accounts.own_data import mailboxes_of
from kmz.alerts.actions.forgetting import forget_alerts
from kmz.audit.actions import SYSTEM, Actor, record
from kmz.banking.actions import forget_bank_data, purge_mandates
from kmz.booking import closing as booking
from kmz.booking.obligations import open_obligations
from kmz.booking.retention import retention_of
from kmz.booking.waitlist.actions.jobs import forget_waiting
from kmz.catalog.actions.watchlist import forget_watchlist
from kmz.contact.actions import requests as contact
from kmz.customer_area import mails, queries
from kmz.customer_area.rules import IDLE_GRACE, KEEP_MAILS_FOR
from kmz.db import count_changed, transaction
from kmz.errors import RefusedError
from kmz.mail.actions import forget_mails, forget_mails_to_others
from kmz.recovery.actions import closing as recovery


def close_account(customer_id: int, *, keep_years: int, by: Actor) -> None:
    """Close an account: what the law does not keep vanishes at once (L28); twice changes nothing.

    What it keeps is restricted: without its person, invisible, until `purge_on`. RefusedError lists
    what stands against it. `keep_years` is the period of § 147 AO in calendar years.
    """
    actor = by.actor_name  # the row may be gone afterwards
    with transaction() as session:
        if not accounts.take_for_closing(session, customer_id):
            return
        obligations = open_obligations(customer_id)
        if obligations:
            raise RefusedError(*obligations)
        customer = session.get_one(CustomerAccount, customer_id)
        retention = retention_of(customer_id, years=keep_years)
        mandates = {request.mandate_id for request in retention.kept if request.mandate_id}
        forget_mails(session, mailboxes_of(customer_id))
        mails.send_account_closed(session, customer, until=retention.until)
        record(
            session,
            "account.closed",
            by=by,
            kind="customer",
            object_id=customer_id,
            purge_on=retention.until.isoformat() if retention.until else None,
        )
        forget_waiting(session, customer)
        booking.forget_person(session, customer_id, retention)
        forget_bank_data(session, customer_id, kept=mandates)
        forget_watchlist(session, customer_id)
        forget_alerts(session, customer)
        contact.forget_person(session, customer_id)
        recovery.forget_person(session, customer_id)
        accounts.forget_person(session, customer, purge_on=retention.until)
    log.event("account.closed", actor=actor, customer=customer_id)


def tell_idle_customers() -> None:
    """Tell whoever did not log in for three years that the account will be deleted (M22)."""
    for customer_id in queries.idle_accounts():
        with transaction() as session:
            now = clock.now()
            told = count_changed(
                session,
                update(CustomerAccount)
                .where(CustomerAccount.id == customer_id, *queries.is_idle(now))
                .values(idle_told_at=now),
            )
            if told:
                customer = session.get_one(CustomerAccount, customer_id)
                mails.send_account_idle(session, customer, until=clock.today() + IDLE_GRACE)
                record(session, "account.idle", by=SYSTEM, kind="customer", object_id=customer_id)


def close_idle_accounts(*, keep_years: int) -> None:
    """Close accounts whose owners were told and stayed away; those with open bookings wait.

    Somebody who came back is told anew after another three years.
    """
    with transaction() as session:
        session.execute(
            update(CustomerAccount)
            .where(CustomerAccount.last_login_at >= CustomerAccount.idle_told_at)
            .values(idle_told_at=None)
        )
    for customer_id in queries.accounts_that_stayed_idle():
        try:
            with transaction() as session:
                idle = queries.stayed_idle(clock.now())
                if session.scalar(
                    select(CustomerAccount.id).where(CustomerAccount.id == customer_id, *idle)
                ):
                    close_account(customer_id, keep_years=keep_years, by=SYSTEM)
        except RefusedError:
            continue


def purge_closed_accounts() -> None:
    """Delete what the law kept of closed accounts, from the day after its period."""
    with transaction() as session:
        customer_ids = queries.accounts_to_purge()
        booking.purge_requests(session, customer_ids)
        purge_mandates(session, customer_ids)
        accounts.delete_accounts(session, customer_ids)
        for customer_id in customer_ids:
            record(session, "account.purged", by=SYSTEM, kind="customer", object_id=customer_id)


def delete_mails_to_nobody() -> None:
    """Delete mails 30 days after they went to an address that no account has (any more)."""
    forget_mails_to_others(queries.known_addresses(), before=clock.now() - KEEP_MAILS_FOR)

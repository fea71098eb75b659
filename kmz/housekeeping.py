"""Jobs that run again and again: forgetting what the law and our promises want forgotten, and
telling people what they wait for.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from flask import Flask

from kmz.accounts.actions.devices import delete_stale_devices
from kmz.accounts.actions.passkeys import delete_old_challenges
from kmz.accounts.actions.sessions import delete_old_logins
from kmz.accounts.actions.signup import delete_old_signups
from kmz.alerts.actions.forgetting import delete_old_alerts
from kmz.alerts.actions.telling import tell_of_free_seats, tell_of_new_courses
from kmz.booking.cart.actions import delete_old_carts
from kmz.booking.checkout.actions.drafts import delete_old_drafts
from kmz.booking.closing import forget_old_guests
from kmz.booking.leaving.actions.withdrawing import delete_old_withdrawals
from kmz.booking.notices.actions import notice_changes
from kmz.booking.office.expiry import expire_requests
from kmz.booking.queue.actions import delete_old_tickets
from kmz.booking.reminders.actions import send_reminders
from kmz.booking.seats.holds import release_expired_holds
from kmz.booking.waitlist.actions.jobs import delete_old_entries, look_after_waitlists
from kmz.catalog.actions.import_runs import delete_old_runs
from kmz.catalog.imports.work import start_work
from kmz.config import Config
from kmz.contact.actions.requests import delete_old_requests
from kmz.customer_area.actions import closing
from kmz.mail import worker
from kmz.mail.actions import blank_secret_links
from kmz.recovery.actions.cases import delete_old_cases
from kmz.recovery.actions.puzzles import delete_old_puzzles

DAILY = {
    "old sign-ups": delete_old_signups,
    "old logins": delete_old_logins,
    "stale devices": delete_stale_devices,
    "old challenges": delete_old_challenges,
    "old carts": delete_old_carts,
    "old drafts": delete_old_drafts,
    "old withdrawals": delete_old_withdrawals,
    "old queue tickets": delete_old_tickets,
    "idle customers": closing.tell_idle_customers,
    "closed accounts": closing.purge_closed_accounts,
    "mails to nobody": closing.delete_mails_to_nobody,
    "old recovery cases": delete_old_cases,
    "old imports": delete_old_runs,
    "old questions": delete_old_requests,
    "old waiting": delete_old_entries,
}
HOURLY: dict[str, Callable[[], object]] = {
    "secret links": blank_secret_links,
    "old puzzles": delete_old_puzzles,
    "old alerts": delete_old_alerts,
    "new courses": tell_of_new_courses,
}
EVERY_MINUTE: dict[str, Callable[[], object]] = {
    "waiting lists": look_after_waitlists,
    "course changes": notice_changes,
    "free seats": tell_of_free_seats,
}


def add_jobs(app: Flask) -> None:
    """Hand the jobs to the worker; each may run twice without harm."""
    config: Config = app.config["KMZ"]
    close_idle = partial(closing.close_idle_accounts, keep_years=config.keep_bookings_years)
    old_guests = partial(forget_old_guests, keep_years=config.keep_bookings_years)
    daily: dict[str, Callable[[], object]] = {
        **DAILY,
        "idle accounts": close_idle,
        "old guests": old_guests,
    }
    expire = partial(expire_requests, after_days=config.binding_period_days)
    remind = partial(send_reminders, days=config.reminder_days)
    hourly: dict[str, Callable[[], object]] = {
        **HOURLY,
        "undecided requests": expire,
        "reminders": remind,
    }
    for jobs, every in (
        (daily, timedelta(days=1)),
        (hourly, timedelta(hours=1)),
        (EVERY_MINUTE, timedelta(minutes=1)),
    ):
        for name, job in jobs.items():
            worker.add_job(name, job, every=every)
    worker.add_job("seats of forms left open", release_expired_holds, every=timedelta(seconds=15))
    worker.add_job("imports", start_work, every=timedelta(seconds=1))

"""Jobs that run again and again: forgetting what the law and our promises want forgotten."""

from datetime import timedelta

from flask import Flask

from kmz.accounts.actions.devices import delete_stale_devices
from kmz.accounts.actions.sessions import delete_old_logins
from kmz.accounts.actions.signup import delete_old_signups
from kmz.booking.actions.cart import delete_old_carts
from kmz.booking.actions.drafts import delete_old_drafts
from kmz.mail import worker
from kmz.mail.actions import blank_secret_links

DAILY = {
    "old sign-ups": delete_old_signups,
    "old logins": delete_old_logins,
    "stale devices": delete_stale_devices,
    "old carts": delete_old_carts,
    "old drafts": delete_old_drafts,
}
HOURLY = {"secret links": blank_secret_links}


def add_jobs(_app: Flask) -> None:
    """Hand the jobs to the worker; each may run twice without harm."""
    for jobs, every in ((DAILY, timedelta(days=1)), (HOURLY, timedelta(hours=1))):
        for name, job in jobs.items():
            worker.add_job(name, job, every=every)

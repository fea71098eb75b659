"""The greeting hub (U13–U16)."""

from flask import Blueprint, Response

from kmz.accounts.current import get_customer
from kmz.accounts.models import CustomerAccount
from kmz.accounts.problems import account_problems
from kmz.accounts.queries import profile_of, school_of
from kmz.banking.problems import bank_problems
from kmz.banking.queries import bank_accounts_of
from kmz.booking.my_bookings.queries import booking_totals, open_bookings
from kmz.catalog.watchlist_badge import watched_ids
from kmz.web.access import customer_or_school
from kmz.web.pages import page

blueprint = Blueprint("customer_area", __name__)


@blueprint.get("")
@customer_or_school
def show_welcome() -> Response:
    customer = get_customer()
    return _school_welcome(customer) if customer.shared else _own_welcome(customer)


def _school_welcome(customer: CustomerAccount) -> Response:
    """The hub of a login that a school shares: only what it may use."""
    return page(
        "customer_area/show_school_welcome.html",
        customer=customer,
        school=school_of(customer),
        watched_count=len(watched_ids()),
    )


def _own_welcome(customer: CustomerAccount) -> Response:
    profile = profile_of(customer.id)
    count, since, next_day = booking_totals(customer.id)
    accounts = bank_accounts_of(customer.id)
    missing = account_problems(customer.email, profile) + bank_problems(customer.id)
    return page(
        "customer_area/show_welcome.html",
        customer=customer,
        missing=missing,
        booking_count=count,
        booked_since=since,
        next_day=next_day,
        open_count=len(open_bookings(customer.id)),
        watched_count=len(watched_ids()),
        accounts=accounts,
    )

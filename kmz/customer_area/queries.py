"""Which accounts a job has to look at."""

from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, func, select, union_all

from kmz import clock
from kmz.accounts.models import AddressChange, CustomerAccount, StaffUser
from kmz.customer_area.rules import IDLE_GRACE, idle_before
from kmz.db import db

_LAST_SEEN = func.coalesce(CustomerAccount.last_login_at, CustomerAccount.created_at)
# A login shared by a school belongs to nobody; staff look after it.
_PERSONAL = (CustomerAccount.closed_at.is_(None), CustomerAccount.shared.is_(False))


def _ids(*conditions: ColumnElement[bool]) -> list[int]:
    query = select(CustomerAccount.id).where(*conditions).order_by(CustomerAccount.id)
    return list(db.session.scalars(query))


def is_idle(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """An account that nobody used for three years and whose owner was not told yet."""
    return (*_PERSONAL, CustomerAccount.idle_told_at.is_(None), idle_before(now) > _LAST_SEEN)


def stayed_idle(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """An account whose owner was told 30 days ago and did not log in since."""
    told = CustomerAccount.idle_told_at
    return (*_PERSONAL, told <= now - IDLE_GRACE, told > _LAST_SEEN)


def idle_accounts() -> list[int]:
    """Ids of those whose owners have to be told."""
    return _ids(*is_idle(clock.now()))


def accounts_that_stayed_idle() -> list[int]:
    """Ids of those that are to be closed."""
    return _ids(*stayed_idle(clock.now()))


def known_addresses() -> CompoundSelect[str]:
    """Every mail address that belongs to an account, or did before it was changed."""
    return union_all(
        select(CustomerAccount.email), select(AddressChange.old_email), select(StaffUser.email)
    )


def accounts_to_purge() -> list[int]:
    """Ids of closed accounts whose period is over."""
    return _ids(CustomerAccount.purge_on < clock.today())

"""Reading customers for the office; what is kept of closed accounts is not for it (L28)."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kmz.accounts.models import CustomerAccount, SignupRequest, StaffUser
from kmz.db import db
from kmz.errors import NotFoundError
from kmz.lists import has_words, one_page

PAGE_SIZE = 50
_FULL_NAME = CustomerAccount.first_name + " " + CustomerAccount.last_name


def list_customers(*, words: str, page: int) -> tuple[list[CustomerAccount], int]:
    """One page of customers by name, and how many fit in all."""
    query = (
        select(CustomerAccount)
        .where(CustomerAccount.closed_at.is_(None))
        .options(joinedload(CustomerAccount.school))
    )
    if words:
        query = query.where(has_words(words, _FULL_NAME, CustomerAccount.email))
    ordered = query.order_by(
        CustomerAccount.last_name, CustomerAccount.first_name, CustomerAccount.id
    )
    return one_page(ordered, page, PAGE_SIZE)


def get_customer(customer_id: int) -> CustomerAccount:
    """A customer with the profile; NotFoundError when there is none."""
    query = (
        select(CustomerAccount)
        .where(CustomerAccount.id == customer_id, CustomerAccount.closed_at.is_(None))
        .options(joinedload(CustomerAccount.profile), joinedload(CustomerAccount.school))
    )
    customer = db.session.scalar(query)
    if customer is None:
        raise NotFoundError
    return customer


def find_opt_in(customer_id: int) -> SignupRequest | None:
    """The evidence of the double opt-in (L32); accounts made by the office have none."""
    query = select(SignupRequest).where(SignupRequest.customer_id == customer_id)
    return db.session.scalar(query)


def list_members() -> list[StaffUser]:
    """All members of staff by name, disabled ones too."""
    return list(db.session.scalars(select(StaffUser).order_by(StaffUser.name, StaffUser.id)))


def get_member(staff_id: int) -> StaffUser:
    """A member of staff; NotFoundError when there is none."""
    member = db.session.get(StaffUser, staff_id)
    if member is None:
        raise NotFoundError
    return member

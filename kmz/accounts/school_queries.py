"""Reading schools and their accounts for the office."""

from sqlalchemy import func, select

from kmz.accounts.models import CustomerAccount, School
from kmz.db import db
from kmz.errors import NotFoundError
from kmz.lists import has_words

PAGE_SIZE = 50


def list_schools(*, words: str, page: int) -> tuple[list[tuple[School, int]], int]:
    """One page of schools by name, each with its number of accounts, and how many fit in all."""
    query = select(School)
    if words:
        query = query.where(has_words(words, School.number, School.name, School.city))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    accounts = (
        select(func.count())
        .where(CustomerAccount.school_id == School.id)
        .correlate(School)
        .scalar_subquery()
    )
    found = (
        query.add_columns(accounts)
        .order_by(School.name, School.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return [(school, count) for school, count in db.session.execute(found)], total


def get_school(school_id: int) -> School:
    """A school; NotFoundError when there is none."""
    school = db.session.get(School, school_id)
    if school is None:
        raise NotFoundError
    return school


def accounts_of(school_id: int) -> list[CustomerAccount]:
    """Who belongs to a school, the shared logins first."""
    query = (
        select(CustomerAccount)
        .where(CustomerAccount.school_id == school_id)
        .order_by(
            CustomerAccount.shared.desc(),
            CustomerAccount.last_name,
            CustomerAccount.first_name,
            CustomerAccount.id,
        )
    )
    return list(db.session.scalars(query))


def get_account(school_id: int, customer_id: int) -> CustomerAccount:
    """An account of this school; NotFoundError for any other."""
    query = select(CustomerAccount).where(
        CustomerAccount.id == customer_id, CustomerAccount.school_id == school_id
    )
    customer = db.session.scalar(query)
    if customer is None:
        raise NotFoundError
    return customer

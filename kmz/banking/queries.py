"""Reading bank accounts; always from their owner."""

from sqlalchemy import select

from kmz.banking.models import BankAccount
from kmz.db import db
from kmz.errors import NotFoundError


def bank_accounts_of(customer_id: int) -> list[BankAccount]:
    """The bank accounts of a customer, the default one first."""
    query = (
        select(BankAccount)
        .where(BankAccount.customer_id == customer_id)
        .order_by(BankAccount.is_default.desc(), BankAccount.id)
    )
    return list(db.session.scalars(query))


def find_bank_account(customer_id: int, account_id: int) -> BankAccount | None:
    """One of the customer's own bank accounts; None for a foreign or deleted one."""
    query = select(BankAccount).where(
        BankAccount.id == account_id, BankAccount.customer_id == customer_id
    )
    return db.session.scalar(query)


def get_bank_account(customer_id: int, account_id: int) -> BankAccount:
    """The same; NotFoundError when there is none."""
    account = find_bank_account(customer_id, account_id)
    if account is None:
        raise NotFoundError
    return account


def has_bank_account(customer_id: int) -> bool:
    query = select(BankAccount.id).where(BankAccount.customer_id == customer_id).limit(1)
    return db.session.scalar(query) is not None

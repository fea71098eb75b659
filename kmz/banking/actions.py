"""Adding and deleting bank accounts, granting mandates, forgetting both."""

from collections.abc import Collection

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.audit.actions import record
from kmz.banking import mails, queries, rules
from kmz.banking.models import BankAccount, SepaMandate
from kmz.crypto import Vault
from kmz.db import transaction, violated
from kmz.errors import Problem, RefusedError

MAX_ACCOUNTS = 10


def add_bank_account(
    customer_id: int, *, holder: str, data: rules.BankData, vault: Vault
) -> BankAccount:
    """Keep a bank account, encrypted; the first one becomes the default. RefusedError when
    known.
    """
    try:
        with transaction() as session:
            customer = session.get_one(CustomerAccount, customer_id)
            existing = queries.bank_accounts_of(customer_id)
            if len(existing) >= MAX_ACCOUNTS:
                raise RefusedError(
                    Problem(
                        "bank.many", f"Es sind höchstens {MAX_ACCOUNTS} Bankverbindungen möglich."
                    )
                )
            account = BankAccount(
                customer_id=customer_id,
                account_holder=holder,
                iban=data.iban,
                iban_fingerprint=vault.fingerprint(data.iban),
                iban_masked=rules.masked(data.iban),
                bic=data.bic,
                bank_name=data.bank_name,
                is_default=not existing,
                created_at=clock.now(),
            )
            session.add(account)
            session.flush()
            record(
                session,
                "bank_account.added",
                by=customer,
                kind="bank_account",
                object_id=account.id,
            )
            mails.send_bank_account_changed(session, customer, account.iban_masked, added=True)
            return account
    except IntegrityError as error:
        if violated(error, "uq_bank_account_customer_id_iban_fingerprint"):
            raise RefusedError(
                Problem("bank.known", "Diese IBAN haben Sie schon hinterlegt.", "iban")
            ) from error
        raise


def choose_default(customer_id: int, account_id: int) -> None:
    """Make one of the customer's bank accounts the one that is offered first."""
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id)
        account = queries.get_bank_account(customer_id, account_id)
        _make_default(session, customer_id, account)
        record(
            session, "bank_account.default", by=customer, kind="bank_account", object_id=account_id
        )


def delete_bank_account(customer_id: int, account_id: int) -> None:
    """Delete a bank account at any time (U20).

    Mandates already given keep their own encrypted copy until the fee is collected, and are revoked
    for anything later.
    """
    with transaction() as session:
        customer = session.get_one(CustomerAccount, customer_id)
        account = queries.get_bank_account(customer_id, account_id)
        session.execute(
            update(SepaMandate)
            .where(SepaMandate.bank_account_id == account_id, SepaMandate.revoked_at.is_(None))
            .values(revoked_at=clock.now())
        )
        was_default, shown = account.is_default, account.iban_masked
        session.delete(account)
        session.flush()
        remaining = queries.bank_accounts_of(customer_id)
        if was_default and remaining:
            _make_default(session, customer_id, remaining[0])
        record(
            session, "bank_account.deleted", by=customer, kind="bank_account", object_id=account_id
        )
        mails.send_bank_account_changed(session, customer, shown, added=False)


def grant_mandate(
    session: Session,
    customer_id: int | None,
    account: BankAccount | rules.TypedAccount,
    *,
    creditor_id: str,
) -> SepaMandate:
    """Keep a mandate for one booking request as it was given, by a customer or a guest (None); part
    of the booking's transaction.
    """
    mandate = SepaMandate(
        reference=rules.mandate_reference(customer_id or 0),
        customer_id=customer_id,
        bank_account_id=account.id,
        account_holder=account.account_holder,
        iban=account.iban,
        iban_masked=account.iban_masked,
        bic=account.bic,
        creditor_id=creditor_id,
        text_version=rules.MANDATE_TEXT_VERSION,
        granted_at=clock.now(),
    )
    session.add(mandate)
    session.flush()
    return mandate


def forget_bank_data(session: Session, customer_id: int, *, kept: Collection[int]) -> None:
    """Delete a leaving customer's bank accounts, and the mandates but those of `kept` ids.

    Those belong to bookings that the law keeps (L28); they are revoked for anything later.
    """
    session.execute(delete(BankAccount).where(BankAccount.customer_id == customer_id))
    session.execute(
        delete(SepaMandate).where(
            SepaMandate.customer_id == customer_id, SepaMandate.id.not_in(kept)
        )
    )
    session.execute(
        update(SepaMandate)
        .where(SepaMandate.customer_id == customer_id, SepaMandate.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )


def adopt_mandates(session: Session, mandate_ids: Collection[int], customer_id: int) -> None:
    """Give mandates of a guest to the account that has the guest's address now."""
    session.execute(
        update(SepaMandate)
        .where(SepaMandate.id.in_(mandate_ids), SepaMandate.customer_id.is_(None))
        .values(customer_id=customer_id)
    )


def purge_mandates(session: Session, customer_ids: Collection[int]) -> None:
    """Delete what was kept of closed accounts; its period is over."""
    session.execute(delete(SepaMandate).where(SepaMandate.customer_id.in_(customer_ids)))


def delete_mandates(session: Session, mandate_ids: Collection[int]) -> None:
    """Delete mandates of guests whose booking is deleted; part of that transaction."""
    session.execute(delete(SepaMandate).where(SepaMandate.id.in_(mandate_ids)))


def _make_default(session: Session, customer_id: int, account: BankAccount) -> None:
    session.execute(
        update(BankAccount)
        .where(BankAccount.customer_id == customer_id)
        .values(is_default=BankAccount.id == account.id)
    )

"""What banking tells people about themselves (L26): the IBAN whole only in the JSON file."""

from collections.abc import Sequence

from sqlalchemy import select

from kmz.banking.models import BankAccount, SepaMandate
from kmz.banking.queries import bank_accounts_of
from kmz.db import db
from kmz.own_data import Column, Section


def _mandates(customer_id: int) -> Sequence[SepaMandate]:
    query = select(SepaMandate).where(SepaMandate.customer_id == customer_id)
    return db.session.scalars(query.order_by(SepaMandate.id)).all()


def _masked(row: BankAccount | SepaMandate) -> str:
    return row.iban_masked


SECTIONS = (
    Section(
        "bank_accounts",
        "Bankverbindungen",
        (BankAccount.__tablename__,),
        bank_accounts_of,
        (
            Column("account_holder", "Kontoinhaber/in"),
            Column("iban", "IBAN", shown=_masked),
            Column("bic", "BIC"),
            Column("bank_name", "Kreditinstitut"),
            Column("is_default", "Standard"),
            Column("created_at", "Hinterlegt am"),
        ),
    ),
    Section(
        "mandates",
        "SEPA-Lastschriftmandate",
        (SepaMandate.__tablename__,),
        _mandates,
        (
            Column("reference", "Mandatsreferenz"),
            Column("account_holder", "Kontoinhaber/in"),
            Column("iban", "IBAN", shown=_masked),
            Column("bic", "BIC"),
            Column("creditor_id", "Gläubiger-Identifikationsnummer"),
            Column("text_version", "Fassung des Textes"),
            Column("granted_at", "Erteilt am"),
            Column("revoked_at", "Widerrufen am"),
        ),
    ),
)

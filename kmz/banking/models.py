"""Bank accounts and mandates. IBAN, BIC and holder are encrypted (L30)."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kmz.db import Base, Encrypted, Moment, text_of


class BankAccount(Base):
    """A Bankverbindung. The fingerprint finds the same IBAN twice without reading it."""

    __tablename__ = "bank_account"
    __table_args__ = (UniqueConstraint("customer_id", "iban_fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer_account.id", ondelete="CASCADE"))
    account_holder: Mapped[str] = mapped_column(Encrypted)
    iban: Mapped[str] = mapped_column(Encrypted)
    iban_fingerprint: Mapped[str] = mapped_column(text_of(64))
    iban_masked: Mapped[str] = mapped_column(text_of(50))
    bic: Mapped[str] = mapped_column(Encrypted)
    bank_name: Mapped[str] = mapped_column(text_of(150), default="")
    is_default: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)


class SepaMandate(Base):
    """A mandate as it was given: its own encrypted copy, which outlives the bank account (U20,
    L43). Guests have no customer; theirs is for one collection only.
    """

    __tablename__ = "sepa_mandate"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(text_of(35), unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer_account.id"), index=True)
    bank_account_id: Mapped[int | None] = mapped_column(
        ForeignKey("bank_account.id", ondelete="SET NULL"), index=True
    )
    account_holder: Mapped[str] = mapped_column(Encrypted)
    iban: Mapped[str] = mapped_column(Encrypted)
    iban_masked: Mapped[str] = mapped_column(text_of(50))
    bic: Mapped[str] = mapped_column(Encrypted)
    creditor_id: Mapped[str] = mapped_column(text_of(35))
    text_version: Mapped[str] = mapped_column(text_of(20))
    granted_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

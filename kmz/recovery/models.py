"""Recovery cases, the links and letter codes sent for them, and the puzzles in front of them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.accounts.models import CustomerAccount, StaffUser
from kmz.db import Base, Moment, text_of


class RecoveryCase(Base):
    """Somebody without access asks the office for help (C04, C05).

    `reference` is what people read to each other; the status page opens only with the link whose
    digest is `status_hash`. `due_on` counts working days of the Land. The customer is linked by
    staff, never guessed from the name.
    """

    __tablename__ = "recovery_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(text_of(20), unique=True)
    status_hash: Mapped[str] = mapped_column(text_of(64), unique=True)
    name: Mapped[str] = mapped_column(text_of(200))
    message: Mapped[str] = mapped_column(text_of(2000))
    contact_email: Mapped[str] = mapped_column(text_of(254), default="")
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_on: Mapped[date]
    closed_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    outcome: Mapped[str] = mapped_column(text_of(20), default="")
    customer: Mapped[CustomerAccount | None] = relationship(lazy="raise_on_sql")
    steps: Mapped[list["RecoveryStep"]] = relationship(
        lazy="raise_on_sql", order_by="RecoveryStep.id", cascade="all, delete-orphan"
    )


class RecoveryStep(Base):
    """One thing that happened in a case: what, by whom, with which note."""

    __tablename__ = "recovery_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(
        ForeignKey("recovery_case.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(text_of(30))
    actor: Mapped[str] = mapped_column(text_of(40))
    note: Mapped[str] = mapped_column(text_of(500), default="")
    at: Mapped[datetime] = mapped_column(Moment)


class RecoveryLink(Base):
    """A way back in that staff sent: a mailed link (M05) or a code on a printed letter.

    72 hours, once, only the newest of an account. To an address that was changed less than 72 hours
    ago it is a wish of `requested_by` until a second member of staff (`approved_by`) agrees; then
    `token_hash` is set and the mail is queued. `browser_hash` ties a solved puzzle to one browser.
    """

    __tablename__ = "recovery_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("recovery_case.id", ondelete="SET NULL"), index=True
    )
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    address_change_id: Mapped[int | None] = mapped_column(
        ForeignKey("address_change.id", ondelete="SET NULL")
    )
    way: Mapped[str] = mapped_column(text_of(10))
    sent_to: Mapped[str] = mapped_column(text_of(254), default="")
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    token_hash: Mapped[str | None] = mapped_column(text_of(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    browser_hash: Mapped[str | None] = mapped_column(text_of(64))
    solved_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    customer: Mapped[CustomerAccount] = relationship(lazy="raise_on_sql")
    requested_by: Mapped[StaffUser] = relationship(
        foreign_keys=[requested_by_id], lazy="raise_on_sql"
    )


class Puzzle(Base):
    """A robot check that somebody has to solve: nine pictures, spoken digits or a question (C10).

    The answer is kept as a keyed fingerprint. Three tries, a few minutes, once; bound to the link
    it stands in front of and to one browser. `media` is the drawn picture or the spoken sound.
    """

    __tablename__ = "puzzle"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(text_of(64), unique=True)
    link_id: Mapped[int] = mapped_column(
        ForeignKey("recovery_link.id", ondelete="CASCADE"), index=True
    )
    browser_hash: Mapped[str] = mapped_column(text_of(64))
    kind: Mapped[str] = mapped_column(text_of(10))
    question: Mapped[str] = mapped_column(text_of(200))
    answer_hash: Mapped[str] = mapped_column(text_of(64))
    media: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    tries_left: Mapped[int] = mapped_column(default=3)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    solved_at: Mapped[datetime | None] = mapped_column(Moment)

"""Login sessions, known devices and failed guesses."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.accounts.models.customers import CustomerAccount
from kmz.accounts.models.staff import StaffUser
from kmz.db import Base, Moment, text_of


class LoginSession(Base):
    """One logged-in device. The cookie holds a random token, this row its digest (ASVS 7.2.2).

    Belongs to a customer or to a member of staff, never to both. It is Flask-Login's user. `via` is
    what opened it (`rules.LOGIN_WAYS`). A member of staff reaches nothing but the second factor
    before `second_factor_at`.
    """

    __tablename__ = "login_session"
    __table_args__ = (
        CheckConstraint("(customer_id is null) <> (staff_id is null)", name="one_owner"),
        Index("ix_login_session_last_seen_at", "last_seen_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(text_of(64), unique=True)
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    staff_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff_user.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(Moment)
    authenticated_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    second_factor_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    via: Mapped[str] = mapped_column(text_of(20), default="password")
    device: Mapped[str] = mapped_column(text_of(100), default="")
    customer: Mapped[CustomerAccount | None] = relationship(lazy="raise_on_sql")
    staff: Mapped[StaffUser | None] = relationship(lazy="raise_on_sql")

    is_active = True
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """Flask-Login asks for it; the id alone opens nothing, only the cookie's token does."""
        return str(self.id)


class KnownDevice(Base):
    """A browser in which somebody has logged in before. Its cookie holds a token (digest here), so
    that guesses from elsewhere never slow its owner down (LOG-05) and a new device is noticed.
    """

    __tablename__ = "known_device"
    __table_args__ = (
        CheckConstraint("(customer_id is null) <> (staff_id is null)", name="one_owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(text_of(64), index=True)
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    staff_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff_user.id", ondelete="CASCADE"), index=True
    )
    last_used_at: Mapped[datetime] = mapped_column(Moment, index=True)


class LoginFailure(Base):
    """One failed guess, counted per account key and per client address (both as fingerprints)."""

    __tablename__ = "login_failure"
    __table_args__ = (Index("ix_login_failure_account", "account_key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_key: Mapped[str] = mapped_column(text_of(64))
    address_key: Mapped[str] = mapped_column(text_of(64), index=True)
    at: Mapped[datetime] = mapped_column(Moment)


def owned_by(person: CustomerAccount | StaffUser) -> dict[str, int]:
    """The column that ties a row with "one owner" to this person, and its value."""
    return {"staff_id" if isinstance(person, StaffUser) else "customer_id": person.id}

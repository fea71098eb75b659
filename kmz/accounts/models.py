"""Accounts, profiles, login sessions and mailed links."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.db import Base, Moment, text_of

ROLES = ("office", "finance", "admin")


class CustomerAccount(Base):
    """A confirmed customer. `email` is the address as typed, `email_key` what makes it one
    mailbox.
    """

    __tablename__ = "customer_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(text_of(254))
    email_key: Mapped[str] = mapped_column(text_of(254), unique=True)
    password_hash: Mapped[str] = mapped_column(text_of(200))
    password_changed_at: Mapped[datetime] = mapped_column(Moment)
    first_name: Mapped[str] = mapped_column(text_of(100))
    last_name: Mapped[str] = mapped_column(text_of(100))
    created_at: Mapped[datetime] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    profile: Mapped["CustomerProfile"] = relationship(
        back_populates="customer", lazy="raise_on_sql"
    )

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def actor_name(self) -> str:
        return f"customer:{self.id}"


class CustomerProfile(Base):
    """What a customer may tell us beyond the name: address, phones, birth date."""

    __tablename__ = "customer_profile"

    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), primary_key=True
    )
    salutation: Mapped[str] = mapped_column(text_of(10), default="")
    title: Mapped[str] = mapped_column(text_of(40), default="")
    street: Mapped[str] = mapped_column(text_of(100), default="")
    house_number: Mapped[str] = mapped_column(text_of(20), default="")
    postal_code: Mapped[str] = mapped_column(text_of(10), default="")
    city: Mapped[str] = mapped_column(text_of(100), default="")
    country: Mapped[str] = mapped_column(text_of(2), default="DE")
    phone: Mapped[str] = mapped_column(text_of(40), default="")
    mobile: Mapped[str] = mapped_column(text_of(40), default="")
    birth_date: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    customer: Mapped[CustomerAccount] = relationship(back_populates="profile", lazy="raise_on_sql")


class SignupRequest(Base):
    """A wish for an account until its address is confirmed (double opt-in, L32).

    It holds its own password hash: only the request whose link is confirmed becomes the account, so
    nobody can prepare an account for somebody else's address.
    """

    __tablename__ = "signup_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(text_of(64), unique=True)
    email: Mapped[str] = mapped_column(text_of(254))
    email_key: Mapped[str] = mapped_column(text_of(254), index=True)
    first_name: Mapped[str] = mapped_column(text_of(100))
    last_name: Mapped[str] = mapped_column(text_of(100))
    password_hash: Mapped[str] = mapped_column(text_of(200))
    text_version: Mapped[str] = mapped_column(text_of(20))
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)


class StaffUser(Base):
    """A member of staff; another kind of account with another login."""

    __tablename__ = "staff_user"
    __table_args__ = (CheckConstraint("role in ('office', 'finance', 'admin')", name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(text_of(254))
    email_key: Mapped[str] = mapped_column(text_of(254), unique=True)
    name: Mapped[str] = mapped_column(text_of(100))
    role: Mapped[str] = mapped_column(text_of(10))
    password_hash: Mapped[str] = mapped_column(text_of(200))
    password_changed_at: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def actor_name(self) -> str:
        return f"staff:{self.id}"


class LoginSession(Base):
    """One logged-in device. The cookie holds a random token, this row its digest (ASVS 7.2.2).

    Belongs to a customer or to a member of staff, never to both. It is Flask-Login's user.
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
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    device: Mapped[str] = mapped_column(text_of(100), default="")
    customer: Mapped[CustomerAccount | None] = relationship(lazy="raise_on_sql")
    staff: Mapped[StaffUser | None] = relationship(lazy="raise_on_sql")

    is_active = True
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """Flask-Login asks for it; the id alone opens nothing, only the cookie's token does."""
        return str(self.id)


class PasswordReset(Base):
    """A mailed link to a new password: 60 minutes, once, bound to its customer (C28)."""

    __tablename__ = "password_reset"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(text_of(64), unique=True)
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class LoginFailure(Base):
    """One failed guess, counted per account key and per client address (both as fingerprints)."""

    __tablename__ = "login_failure"
    __table_args__ = (Index("ix_login_failure_account", "account_key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_key: Mapped[str] = mapped_column(text_of(64))
    address_key: Mapped[str] = mapped_column(text_of(64), index=True)
    at: Mapped[datetime] = mapped_column(Moment)

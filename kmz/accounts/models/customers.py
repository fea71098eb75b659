"""Customers, their profiles, the schools some of them log in through, and sign-ups."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kmz.db import Base, Moment, text_of


class School(Base):
    """A school or other institution. Its number is public, no secret (domain.md 3.4)."""

    __tablename__ = "school"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(text_of(10), unique=True)
    name: Mapped[str] = mapped_column(text_of(100))
    street: Mapped[str] = mapped_column(text_of(120), default="")
    postal_code: Mapped[str] = mapped_column(text_of(10), default="")
    city: Mapped[str] = mapped_column(text_of(100), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)


class CustomerAccount(Base):
    """A customer who can log in: by mail address, through a school, or both.

    `email` is the address as typed ("" while there is none), `email_key` what makes it one mailbox.
    `school_username` is the name within the school, "" where the school has one login, None where
    the Schulnummer opens nothing. A `shared` account belongs to a school, not to a person: it sees
    no bookings and no bank data, and its `last_name` is the school's name (`change_school`). A
    closed account is kept without its person until `purge_on`, because the law keeps its bookings
    (L28).
    """

    __tablename__ = "customer_account"
    __table_args__ = (
        UniqueConstraint("school_id", "school_username"),
        CheckConstraint(
            "closed_at is not null or email_key is not null"
            " or (school_id is not null and school_username is not null)",
            name="way_in",
        ),
        # The audit log outlives accounts: the number of a deleted one is never given again.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(text_of(254), default="")
    email_key: Mapped[str | None] = mapped_column(text_of(254), unique=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    school_username: Mapped[str | None] = mapped_column(text_of(60))
    shared: Mapped[bool] = mapped_column(default=False)
    password_hash: Mapped[str] = mapped_column(text_of(200))
    password_changed_at: Mapped[datetime] = mapped_column(Moment)
    password_is_initial: Mapped[bool] = mapped_column(default=False)
    first_name: Mapped[str] = mapped_column(text_of(100))
    last_name: Mapped[str] = mapped_column(text_of(100))
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_login_at: Mapped[datetime | None] = mapped_column(Moment)
    guesses_told_at: Mapped[datetime | None] = mapped_column(Moment)
    idle_told_at: Mapped[datetime | None] = mapped_column(Moment)
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    purge_on: Mapped[date | None]
    profile: Mapped["CustomerProfile"] = relationship(
        back_populates="customer", lazy="raise_on_sql"
    )
    school: Mapped[School | None] = relationship(lazy="raise_on_sql")

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def may_log_in(self) -> bool:
        """Neither locked by staff nor closed; every way in asks this."""
        return self.disabled_at is None and self.closed_at is None

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
    phone_private: Mapped[str] = mapped_column(text_of(40), default="")
    fax: Mapped[str] = mapped_column(text_of(40), default="")
    birth_date: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    customer: Mapped[CustomerAccount] = relationship(back_populates="profile", lazy="raise_on_sql")


class SignupRequest(Base):
    """A wish for an account until its address is confirmed (double opt-in, L32).

    It holds its own password hash: only the request whose link is confirmed becomes the account, so
    nobody can prepare an account for somebody else's address. Once confirmed it stays as the
    evidence of the double opt-in, without the hash and as long as the account; the client addresses
    are kept as fingerprints. `resend_hash` lets the page behind the form ask for the link again.
    """

    __tablename__ = "signup_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(text_of(64), unique=True)
    resend_hash: Mapped[str | None] = mapped_column(text_of(64), unique=True)
    email: Mapped[str] = mapped_column(text_of(254))
    email_key: Mapped[str] = mapped_column(text_of(254), index=True)
    first_name: Mapped[str] = mapped_column(text_of(100))
    last_name: Mapped[str] = mapped_column(text_of(100))
    password_hash: Mapped[str] = mapped_column(text_of(200))
    text_version: Mapped[str] = mapped_column(text_of(20))
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    asked_from: Mapped[str] = mapped_column(text_of(64), default="")
    confirmed_from: Mapped[str] = mapped_column(text_of(64), default="")
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )

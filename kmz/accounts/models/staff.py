"""Members of staff and their second factors; passkeys of customers too."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from kmz.db import Base, Encrypted, Moment, text_of

ROLES = ("office", "finance", "admin")


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
    def may_log_in(self) -> bool:
        """Not locked; every way in asks this."""
        return self.disabled_at is None

    @property
    def actor_name(self) -> str:
        return f"staff:{self.id}"


class Passkey(Base):
    """A WebAuthn credential of a customer or of a member of staff, never of both.

    `credential_id` is base64url, `sign_count` the last counter seen (0: the device has none).
    """

    __tablename__ = "passkey"
    __table_args__ = (
        CheckConstraint("(customer_id is null) <> (staff_id is null)", name="one_owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer_account.id", ondelete="CASCADE"), index=True
    )
    staff_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff_user.id", ondelete="CASCADE"), index=True
    )
    credential_id: Mapped[str] = mapped_column(text_of(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(text_of(60), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)


class WebauthnChallenge(Base):
    """A challenge that a browser has to sign: once, for a few minutes, for one purpose.

    `key_hash` is the digest of a token in the browser's cookie, so another browser cannot answer.
    """

    __tablename__ = "webauthn_challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(text_of(64), unique=True)
    purpose: Mapped[str] = mapped_column(text_of(20))
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    login_id: Mapped[int | None] = mapped_column(
        ForeignKey("login_session.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class StaffTotp(Base):
    """The one-time-code app of a member of staff. `last_step` is the newest time step that was
    accepted (seconds since 1970 / 30), so that no code works twice.
    """

    __tablename__ = "staff_totp"

    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_user.id", ondelete="CASCADE"), primary_key=True
    )
    secret: Mapped[str] = mapped_column(Encrypted)
    created_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    last_step: Mapped[int] = mapped_column(default=0)


class StaffRecoveryCode(Base):
    """A one-time code for the day the second factor is lost; kept as an argon2 hash."""

    __tablename__ = "staff_recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff_user.id", ondelete="CASCADE"), index=True
    )
    code_hash: Mapped[str] = mapped_column(text_of(200))
    used_at: Mapped[datetime | None] = mapped_column(Moment)

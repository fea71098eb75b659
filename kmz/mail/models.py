"""Outgoing mails."""

from datetime import datetime

from sqlalchemy import JSON, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from kmz.db import Base, Moment, text_of


class OutgoingMail(Base):
    """One mail to one address.

    Waiting while `sent_at` and `failed_at` are empty; due from `next_try_at` on. `claimed_until`
    keeps other workers away while one sends; after a crash it passes and the mail is due again with
    the same Message-ID. `kind` is the mail's number in domain.md 2.7 ("M08"). `unsubscribe_url` is
    where one click ends mails of this kind ("" where the mail belongs to something else).
    `attachments` are the fields of `rules.Attachment`.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index("ix_outgoing_mail_due", "sent_at", "failed_at", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(text_of(10))
    recipient: Mapped[str] = mapped_column(text_of(254))
    subject: Mapped[str] = mapped_column(text_of(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(text_of(120), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    next_try_at: Mapped[datetime] = mapped_column(Moment)
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    failed_at: Mapped[datetime | None] = mapped_column(Moment)
    unsubscribe_url: Mapped[str] = mapped_column(text_of(500), default="")
    attachments: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    last_error: Mapped[str | None] = mapped_column(text_of(300))

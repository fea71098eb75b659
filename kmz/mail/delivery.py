"""Sending one claimed mail: to the configured server, or into the folder of the demo."""

import smtplib
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from flask import Flask, current_app

from kmz import log
from kmz.config import Config
from kmz.mail.letter import compose
from kmz.mail.rules import Letter, Outcome, Result, is_final
from kmz.mail.smtp import CONVERSATION_TIMEOUTS, ComposedMessage, Post, ServerAwayError

_MARGIN = timedelta(seconds=10)


@dataclass(slots=True)
class _PostOffice:
    """How this app sends, and what has been said in the log already."""

    post: Post
    is_away: bool = False
    said_unconfigured: bool = False


def init_mail(app: Flask) -> None:
    """Set up Flask-Mail from the configuration; connects to nothing."""
    config: Config = app.config["KMZ"]
    app.config.update(
        MAIL_SERVER=config.mail_server,
        MAIL_PORT=config.mail_port,
        MAIL_USE_TLS=config.mail_security == "starttls",
        MAIL_USE_SSL=config.mail_security == "tls",
        MAIL_USERNAME=config.mail_username or None,
        MAIL_PASSWORD=config.mail_password or None,
        MAIL_DEFAULT_SENDER=config.mail_sender,
        MAIL_DEBUG=0,  # it would print whole mails
        MAIL_SUPPRESS_SEND=False,  # tests talk to a real server as well
    )
    app.extensions["kmz_mail"] = _PostOffice(Post(app))


def can_deliver() -> bool:
    """Whether there is a server or a folder. Without, mails wait in the outbox; none is lost."""
    config: Config = current_app.config["KMZ"]
    if config.mail_folder is not None or config.mail_server:
        return True
    office = _office()
    if not office.said_unconfigured:
        office.said_unconfigured = True
        log.warn("mail.not_configured", hint="KMZ_MAIL_SERVER")
    return False


def longest_delivery() -> timedelta:
    """After this time `deliver` has surely ended, so that nobody else may send the mail before."""
    config: Config = current_app.config["KMZ"]
    return timedelta(seconds=config.mail_timeout * CONVERSATION_TIMEOUTS) + _MARGIN


def deliver(letter: Letter) -> Outcome:
    """Try once. Never raises for what a server or a mail may do; uses no database."""
    try:
        _hand_over(letter)
    except ServerAwayError as away:
        _note_away(away.__cause__ or away)
        return Outcome(Result.UNREACHABLE, _described(away.__cause__ or away))
    except Exception as error:  # whatever is wrong with this mail, the others must go on
        return _judged(error, letter)
    _note_back()
    return Outcome(Result.SENT)


def _hand_over(letter: Letter) -> None:
    config: Config = current_app.config["KMZ"]
    message = compose(letter, sender_name=config.site_name, sender=config.mail_sender)
    if config.mail_folder is not None:
        _write_file(config.mail_folder, letter, message)
        return
    with _office().post.connect() as connection:
        connection.send(
            ComposedMessage(message, sender=config.mail_sender, recipient=letter.recipient)
        )


def _write_file(folder: Path, letter: Letter, message: EmailMessage) -> None:
    """Write `NNNN-<kind>.eml`; a repeated try replaces the file, a reader never sees half of it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{letter.id:04}.part"
        unfinished.write_bytes(message.as_bytes())
        unfinished.replace(folder / f"{letter.id:04}-{letter.kind}.eml")
    except OSError as error:
        raise ServerAwayError from error


def _judged(error: Exception, letter: Letter) -> Outcome:
    refused = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    final = refused and is_final(_code_of(error))
    # The address has letters before the @ that this server cannot carry (RFC 6531).
    final = final or isinstance(error, smtplib.SMTPNotSupportedError)
    if not isinstance(error, smtplib.SMTPException | OSError):
        log.error("mail.delivery_error", mail=letter.id, kind=letter.kind)
    return Outcome(Result.REFUSED if final else Result.POSTPONED, _described(error))


def _described(error: BaseException) -> str:
    """SMTP's code and the error's class: its text may quote the mail or the address."""
    code = _code_of(error)
    return f"{code} {type(error).__name__}" if code else type(error).__name__


def _code_of(error: BaseException) -> int:
    """SMTP's answer; 0 where there was none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _text in error.recipients.values()), 0)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def _note_away(cause: BaseException) -> None:
    office = _office()
    if not office.is_away:
        log.error("mail.server_away", error=_described(cause))
    office.is_away = True


def _note_back() -> None:
    office = _office()
    if office.is_away:
        log.event("mail.server_back")
    office.is_away = False


def _office() -> _PostOffice:
    office: _PostOffice = current_app.extensions["kmz_mail"]
    return office

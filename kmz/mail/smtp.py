"""Flask-Mail's connection, with time limits, checked certificates and calm endings."""

import contextlib
import smtplib
import ssl
import time
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Connection, Mail, Message

from kmz.config import Config
from kmz.mail.addresses import ascii_address, ascii_domain

# Each answer may take the configured time-out, the whole conversation this many of them.
CONVERSATION_TIMEOUTS = 5
_FAREWELL_SECONDS = 2.0


class PunctualSmtp(smtplib.SMTP):
    """Ends the whole conversation in time.

    smtplib's own time-out starts anew with every answer, so a slow server could keep a mail for
    longer than it is claimed, and another worker would send it as well.
    """

    def __init__(self, *args: Any, seconds: float, **options: Any) -> None:
        self.deadline = time.monotonic() + seconds
        super().__init__(*args, **options)

    def getreply(self) -> tuple[int, bytes]:
        left = self.deadline - time.monotonic()
        if left <= 0:
            self.close()
            raise smtplib.SMTPServerDisconnected("the conversation took too long")
        if self.sock is not None:
            self.sock.settimeout(min(self.timeout, left))
        return super().getreply()


class PunctualTlsSmtp(PunctualSmtp, smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""


class ServerAwayError(Exception):
    """No conversation came about, whichever mail it was for; the cause says why."""


class ComposedMessage(Message):
    """Carries a finished EmailMessage through Flask-Mail.

    Message.__init__ is left out: for a Message-ID of its own it asks the resolver for the name of
    this machine, which takes seconds where DNS is down.
    """

    def __init__(self, composed: EmailMessage, *, sender: str, recipient: str) -> None:
        self.composed = composed
        self.sender = sender
        self.recipients = [recipient]


class Post(Mail):
    """Flask-Mail that connects our way."""

    def connect(self) -> Connection:
        return _Connection(current_app.extensions["mail"])


class _Connection(Connection):
    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        """Connected, encrypted as configured, logged in; ServerAwayError otherwise."""
        config: Config = current_app.config["KMZ"]
        try:
            host = _connected(config)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise ServerAwayError from error
        try:
            if config.mail_security == "starttls":
                host.starttls(context=ssl.create_default_context())
            if config.mail_username:
                host.login(config.mail_username, config.mail_password)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            host.close()
            raise ServerAwayError from error
        return host

    def send(self, message: Message, envelope_from: str | tuple[str, str] | None = None) -> None:
        """Hand over the composed message. Raises what smtplib raises."""
        if self.host is None or not isinstance(message, ComposedMessage):
            raise TypeError("a connected host and a composed message are needed")
        self.host.send_message(
            message.composed,
            from_addr=ascii_address(str(message.sender)),
            to_addrs=[ascii_address(str(address)) for address in message.recipients],
        )

    def __exit__(self, *_exception: object) -> None:
        """Say goodbye; how the server takes it changes nothing about the mail."""
        if not isinstance(self.host, PunctualSmtp):
            return
        self.host.deadline = min(self.host.deadline, time.monotonic() + _FAREWELL_SECONDS)
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self.host.quit()
        self.host.close()


def _connected(config: Config) -> PunctualSmtp:
    name = urlsplit(config.public_url).hostname or ""
    is_number = ":" in name or name[-1:].isdigit()
    options: dict[str, Any] = {
        "host": config.mail_server,
        "port": config.mail_port,
        # What we call ourselves in EHLO; servers take exception to bare numbers.
        "local_hostname": "localhost" if is_number else ascii_domain(name),
        "timeout": config.mail_timeout,
        "seconds": config.mail_timeout * CONVERSATION_TIMEOUTS,
    }
    if config.mail_security == "tls":
        return PunctualTlsSmtp(context=ssl.create_default_context(), **options)
    return PunctualSmtp(**options)

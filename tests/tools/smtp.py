"""A real SMTP server on a loopback port, with the bad days a mail server has."""

import asyncio
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

_LONG_ENOUGH = 10.0


@dataclass(frozen=True)
class Mail:
    """One mail as the server got it: the envelope, and what was written inside."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain text, or "" if the mail has none."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The HTML text, or "" if the mail has none."""
        return self._body("html")

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


class Mailbox:
    """Takes mail on `host`:`port`; how it behaves is set by one of the mode methods.

    `stop()` and `start()` close and open the port again; the number stays the same.
    """

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.port = 0
        self._changed = threading.Condition()
        self._messages: list[Mail] = []
        self._cut_off: list[Mail] = []
        self._refused: list[str] = []
        self._thread: _ServerThread | None = None
        self.accept()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        if self._thread is None:
            listener = socket.create_server((self.host, self.port))
            self.port = listener.getsockname()[1]
            self._thread = _ServerThread(listener, self)

    def stop(self) -> None:
        """Close the port and every open connection: the next sender is refused by the system."""
        if self._thread is not None:
            self._thread.stop()
            self._thread = None

    # How it behaves, from the next command on.

    def accept(self) -> None:
        self._set_mode()

    def slow(self, seconds: float) -> None:
        """Keep the mail, but answer to its DATA only after that time."""
        self._set_mode(delay=seconds)

    def refuse_temporarily(self) -> None:
        """Answer 451 to every recipient: "try again later"."""
        self._set_mode(refusal="451 4.3.0 Try again later")

    def refuse_recipient(self, *addresses: str) -> None:
        """Answer 550 to these recipients, without any to every one: "no such mailbox"."""
        self._set_mode(refusal="550 5.1.1 No such mailbox", refused_addresses=addresses)

    def cut_after_data(self) -> None:
        """Read the mail, then drop the connection: the sender cannot know what became of it."""
        self._set_mode(cuts=True)

    def _set_mode(
        self,
        *,
        delay: float = 0,
        refusal: str = "",
        refused_addresses: tuple[str, ...] = (),
        cuts: bool = False,
    ) -> None:
        with self._changed:
            self._delay, self._cuts = delay, cuts
            self._refusal, self._refused_addresses = refusal, refused_addresses

    # What came.

    @property
    def messages(self) -> list[Mail]:
        """The mails taken, oldest first."""
        with self._changed:
            return list(self._messages)

    @property
    def cut_off(self) -> list[Mail]:
        """The mails read by `cut_after_data`; they are not in `messages`."""
        with self._changed:
            return list(self._cut_off)

    @property
    def refused(self) -> list[str]:
        """The recipients refused, one entry for each try."""
        with self._changed:
            return list(self._refused)

    def clear(self) -> None:
        with self._changed:
            self._messages.clear()
            self._cut_off.clear()
            self._refused.clear()

    def wait_for(self, count: int, timeout: float = _LONG_ENOUGH) -> list[Mail]:
        """The messages, as soon as there are `count` or more; AssertionError if they stay away."""
        self.wait_until(lambda box: len(box.messages) >= count, timeout)
        return self.messages

    def wait_until(
        self, condition: Callable[["Mailbox"], object], timeout: float = _LONG_ENOUGH
    ) -> None:
        """Wait for something else, such as `lambda box: box.refused`."""
        with self._changed:
            if not self._changed.wait_for(lambda: condition(self), timeout):
                subjects = [mail.subject for mail in self._messages]
                raise AssertionError(
                    f"after {timeout} s the mailbox has {len(subjects)} mails: {subjects}, "
                    f"{len(self._cut_off)} cut off, refused: {self._refused}"
                )

    # Hooks that aiosmtpd calls by these names, in the server's thread.

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        with self._changed:
            if self._refusal and (
                not self._refused_addresses or address in self._refused_addresses
            ):
                self._refused.append(address)
                self._changed.notify_all()
                return self._refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        mail = Mail(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            message=message_from_bytes(cast("bytes", envelope.content), policy=policy.default),
        )
        with self._changed:
            cuts, delay = self._cuts, self._delay
            (self._cut_off if cuts else self._messages).append(mail)
            if cuts:
                _cut(server)
            self._changed.notify_all()
        if cuts:
            await asyncio.Event().wait()  # cancelled by the lost connection
        await asyncio.sleep(delay)
        return "250 OK"


class _ServerThread(threading.Thread):
    def __init__(self, listener: socket.socket, handler: Mailbox) -> None:
        super().__init__(name="mailbox", daemon=True)
        self._listener = listener
        self._handler = handler
        self._connections: list[SMTP] = []
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self.start()

    def run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self.join()

    async def _serve(self) -> None:
        server = await self._loop.create_server(self._connection, sock=self._listener)
        await self._stopping.wait()
        server.close()
        for connection in self._connections:
            _cut(connection)
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _connection(self) -> SMTP:
        options: dict[str, Any] = {"hostname": "mailbox.test", "enable_SMTPUTF8": True}
        connection = SMTP(self._handler, loop=self._loop, **options)
        self._connections.append(connection)
        return connection


def _cut(connection: SMTP) -> None:
    if isinstance(connection.transport, asyncio.WriteTransport):
        connection.transport.abort()

"""People at open connections who book as a browser with htmx does, and count what they send."""

import re
import socket
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from benchmarks.load import read_answer

_HTMX = {
    "HX-Request": "true",
    "HX-Request-Type": "full",
    "HX-Target": "main#main",
    "Accept": "text/html",
}
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')


class UnexpectedError(Exception):
    """An answer that no booking should meet; says where, and what it was."""


@dataclass(frozen=True, slots=True)
class Account:
    """A customer with an open login and a bank account."""

    login: str
    bank_account_id: int
    address: str


@dataclass(slots=True)
class Answer:
    """Status, the address under which it is shown or where it goes on ("" that of before), body."""

    status: int
    address: str
    body: bytes


@dataclass
class Buyer:
    """Somebody with a login in front of a course's page; `times` are the seconds that each request
    took since, `statuses` counts all answers.
    """

    port: int
    account: Account
    slug: str
    total: int
    token: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    _connection: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self.cookies["kmz_login"] = self.account.login
        self._connection = socket.create_connection(("127.0.0.1", self.port), timeout=120)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def arrive(self) -> None:
        """Open the course's page; its button is what `book` presses."""
        page = self.ask("GET", f"/kurs/{self.slug}")
        found = _TOKEN.search(page.body)
        if page.status != 200 or found is None:
            raise UnexpectedError(f"{self.slug}: {page.status}")
        self.token = found[1].decode()
        self.times.clear()

    def leave(self) -> None:
        self._connection.close()

    def book(self) -> bool:
        """A Direktbuchung from that button to the thanks; False for whoever is told that there is
        no seat.
        """
        opened = self.ask("POST", "/buchen", {"kurs": self.slug}, _HTMX)
        if _says_full(opened):
            return False
        self._expect(opened, "/formular")
        form = opened.address
        summary = form.removesuffix("/formular")
        filled = {
            "participants-0-course": self.slug,
            "participants-0-who": "self",
            "payment": "sepa_direct_debit",
            "bank_account": str(self.account.bank_account_id),
            "mandate": "y",
            "of_age": "y",
            "remark": "",
        }
        self._expect(self.ask("POST", form, filled, _HTMX), summary)
        last = {"terms_accepted": "y", "total": str(self.total)}
        booked = self.ask("POST", summary, last, _HTMX)
        if _says_full(booked):
            return False
        self._expect(booked, "/danke")
        return True

    def _expect(self, answer: Answer, end: str) -> None:
        """An answer whose address ends like this."""
        if answer.status != 200 or not answer.address.endswith(end):
            text = re.sub(rb"<[^>]+>|\s+", b" ", answer.body).decode()
            raise UnexpectedError(f"{answer.status} {answer.address}: {text[-1500:]}")

    def ask(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] = {},
    ) -> Answer:
        body = b""
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"X-Forwarded-For: {self.account.address}",
            "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        if fields is not None:
            body = urlencode({**fields, "csrf_token": self.token}).encode()
            lines += ["Content-Type: application/x-www-form-urlencoded"]
            lines += [f"Content-Length: {len(body)}"]
        begin = time.perf_counter()
        self._connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        head, content = read_answer(self._connection)
        self.times.append(time.perf_counter() - begin)
        answer = Answer(int(head[9:12]), self._read(head), content)
        self.statuses[answer.status] += 1
        return answer

    def _read(self, head: str) -> str:
        """Keep the cookies; the address of what is shown."""
        address = ""
        for line in head.split("\r\n")[1:]:
            name, _, value = line.partition(":")
            if name.lower() in {"hx-push-url", "hx-redirect"}:
                address = value.strip()
            elif name.lower() == "set-cookie":
                key, _, text = value.partition(";")[0].strip().partition("=")
                self.cookies[key] = text
        return address


class BareBuyer(Buyer):
    """The same person in front of the bare booking: one request."""

    def arrive(self) -> None:
        """There is no page to come from."""

    def book(self) -> bool:
        """Press the button; False where it says that there is no seat."""
        answer = self.ask("POST", "/buchen", {"kurs": self.slug, "customer": self.account.login})
        if answer.status not in {200, 422}:
            raise UnexpectedError(str(answer.status))
        return answer.status == 200


def _says_full(answer: Answer) -> bool:
    return answer.status == 422 and b"Warteliste" in answer.body

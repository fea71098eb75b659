"""A small HTTP client that asks for one page over and over: bounded in time and connections.

Each connection behaves like a browser: it stays open and sends back the cookies it was given.
"""

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

CONNECTIONS = 4
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Target:
    """A page of a server on this machine; with `others` they are asked in turn."""

    port: int
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """What a round brought: answers with status 200 per second, and everything else."""

    rate: float
    errors: int


class Visitor:
    """One connection with its cookies."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._socket = socket.create_connection(("127.0.0.1", target.port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._paths = (target.path, *target.others)
        self._turn = -1
        self._cookies = ""
        self._requests = [self._written(path) for path in self._paths]

    def ask(self) -> tuple[int, bytes]:
        """Status and body of one answer."""
        self._turn = (self._turn + 1) % len(self._requests)
        self._socket.sendall(self._requests[self._turn])
        head, body = read_answer(self._socket)
        self._keep_cookies(head)
        return int(head[9:12]), body

    def close(self) -> None:
        self._socket.close()

    def _written(self, path: str) -> bytes:
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{self._target.port}"]
        lines += [f"{name}: {value}" for name, value in self._target.headers.items()]
        lines += [f"Cookie: {self._cookies}"] if self._cookies else []
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _keep_cookies(self, head: str) -> None:
        lowered = head.lower()
        if "\nset-cookie:" not in lowered:
            return
        lines = [line for line in head.split("\r\n") if line.lower().startswith("set-cookie:")]
        self._cookies = "; ".join(
            line.partition(":")[2].partition(";")[0].strip() for line in lines
        )
        self._requests = [self._written(path) for path in self._paths]


def read_answer(connection: socket.socket) -> tuple[str, bytes]:
    """Head and body of the next answer."""
    data = _receive(connection, b"")
    while (end := data.find(b"\r\n\r\n")) < 0:
        data = _receive(connection, data)
    head = data[:end].decode("latin-1")
    length = _number_after(head, "content-length:")
    while len(data) < end + 4 + length:
        data = _receive(connection, data)
    return head, data[end + 4 :]


def _receive(connection: socket.socket, data: bytes) -> bytes:
    chunk = connection.recv(_CHUNK)
    if not chunk:
        raise ConnectionError("the server closed the connection")
    return data + chunk


def _number_after(head: str, name: str) -> int:
    at = head.lower().find(name)
    return int(head[at + len(name) :].partition("\r\n")[0]) if at >= 0 else 0


def fetch(target: Target) -> tuple[int, bytes]:
    """Ask once."""
    visitor = Visitor(target)
    try:
        return visitor.ask()
    finally:
        visitor.close()


def load(target: Target, seconds: float, connections: int = CONNECTIONS) -> Load:
    """Ask for `seconds` over several connections at once."""
    good, bad = [0] * connections, [0] * connections
    ready = threading.Barrier(connections + 1)

    def visit(index: int) -> None:
        try:
            visitor = Visitor(target)
            visitor.ask()  # connects, and gives the cookies
            ready.wait(timeout=60)
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                status, _ = visitor.ask()
                good[index] += status == 200
                bad[index] += status != 200
            visitor.close()
        except (OSError, threading.BrokenBarrierError):
            bad[index] += 1
            ready.abort()

    threads = [threading.Thread(target=visit, args=(index,)) for index in range(connections)]
    for thread in threads:
        thread.start()
    with suppress(threading.BrokenBarrierError):
        ready.wait(timeout=60)
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    return Load(sum(good) / (time.perf_counter() - begin), sum(bad))

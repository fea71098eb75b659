"""The proxy that stands before the portal in production: people at addresses of their own."""

import threading
from collections.abc import Iterable
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING

from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from tests.page import Browser

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PATIENCE = 60.0
_TRIES = 20
_PASSED_ON = ("Cookie", "Content-Type", "User-Agent")


class Proxy:
    """Hands requests on to a server, and again as long as no whole answer comes back, as people
    press again. What the server itself says is repeated only where it says 503, come again.

    `statuses` are those of all answers so far, `refused` how often somebody had to come again.
    """

    def __init__(self, port: int, host: str) -> None:
        self._port, self._host = port, host
        self._server_is_there = threading.Event()
        self._server_is_there.set()
        self._news = threading.Condition()
        self.statuses: list[int] = []
        self.refused = 0

    def server_goes(self) -> None:
        """From now on everybody waits until it is back."""
        self._server_is_there.clear()

    def server_is_back(self) -> None:
        self._server_is_there.set()

    def wait_for_answers(self, count: int) -> None:
        """Until so many were given. AssertionError when it takes too long."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.statuses) >= count, _PATIENCE)

    def browser_at(self, address: str) -> Browser:
        """A person at this network address."""

        def hand_on(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
            return self._answer(Request(environ), address)(environ, start)

        return Browser(Client(hand_on))

    def _answer(self, request: Request, address: str) -> Response:
        body = request.get_data()
        headers = {name: request.headers[name] for name in _PASSED_ON if name in request.headers}
        headers |= {
            "Host": self._host,
            "X-Forwarded-For": address,
            "X-Forwarded-Proto": "https",
        }
        for _ in range(_TRIES):
            assert self._server_is_there.wait(_PATIENCE)
            answer = self._try(request.method, request.full_path, body, headers)
            if answer is not None and answer.status_code == 503:
                assert int(answer.headers["Retry-After"]) > 0
                self.refused += 1
            elif answer is not None:
                with self._news:
                    self.statuses.append(answer.status_code)
                    self._news.notify_all()
                return answer
        raise AssertionError("the server does not answer")

    def _try(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Response | None:
        """None where no answer came, or only half of one."""
        connection = HTTPConnection("127.0.0.1", self._port, timeout=_PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Response(answer.read(), answer.status, answer.getheaders())
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()

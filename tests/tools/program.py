"""The program `kmz` as operators run it: a process of its own, told by the environment alone."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from kmz.server import STOP_SECONDS

_START_SECONDS = 30.0
_COMMAND = (sys.executable, "-c", "from kmz.cli import main; main(prog_name='kmz')")


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """For a process: these settings, and nothing of an installation outside."""
    outside = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(("KMZ_", "FLASK_", "COVERAGE"))
    }
    return {**outside, **settings}


def run_kmz(
    *arguments: str, settings: Mapping[str, str], typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*_COMMAND, *arguments],
        env=environment(settings),
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Program:
    """A command that stays: `serve` or `worker`."""

    def __init__(self, *arguments: str, settings: Mapping[str, str], log: Path) -> None:
        self.settings = dict(settings)
        self._log = log
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [*_COMMAND, *arguments],
                env=environment(settings),
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self._log.read_text(encoding="utf-8")

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The log, read as what it promises to be: JSON, one object a line."""
        return [json.loads(line) for line in self.output.splitlines()]

    @property
    def events(self) -> list[str]:
        return [line["event"] for line in self.lines]

    def ask(self, path: str, **headers: str) -> tuple[int, str]:
        """GET through the port, as a proxy would; status and body."""
        host = self.settings["KMZ_PUBLIC_URL"].partition("://")[2]
        connection = HTTPConnection("127.0.0.1", int(self.settings["KMZ_PORT"]), timeout=20)
        try:
            connection.request("GET", path, headers={"Host": host, **headers})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def wait_until_it_answers(self) -> None:
        """AssertionError with its output if it ends or says nothing for too long."""
        self.wait_until(self._answers)

    def _answers(self) -> bool:
        with suppress(OSError, HTTPException):
            return self.ask("/gesundheit")[0] == 200
        return False

    def wait_until(self, condition: Callable[[], object]) -> None:
        """Ask again and again; AssertionError with its output if it ends before or takes long."""
        end = time.monotonic() + _START_SECONDS
        while not condition():
            assert time.monotonic() < end, self.output
            self._wait_a_moment()

    def _wait_a_moment(self) -> None:
        try:
            self._process.wait(0.05)
        except subprocess.TimeoutExpired:
            return
        raise AssertionError(f"it ended: {self.output}")

    def kill_a_process(self) -> None:
        """kill -9 of the oldest of a server's processes; it starts another one, which works when
        this returns.
        """
        started = self.events.count("server.started")
        oldest = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text()
        os.kill(int(oldest.split()[0]), signal.SIGKILL)
        self.wait_until(lambda: self.events.count("server.started") > started)

    def stop(self, timeout: float = STOP_SECONDS + 15) -> int:
        """SIGTERM, as systemd does; the exit status. TimeoutExpired if it lives on for longer than
        it may.
        """
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout)

    def kill(self) -> None:
        """End it with its children: a server's worker would live on and work on the next test's
        database.
        """
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def running(*arguments: str, settings: Mapping[str, str], log: Path) -> Iterator[Program]:
    """A command that stays for the length of the block."""
    program = Program(*arguments, settings=settings, log=log)
    try:
        yield program
    finally:
        program.kill()

"""Servers as processes of their own: starting, waiting for the first answer, memory, ending."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KMZ = Path(sys.executable).with_name("kmz")
_PATIENCE = 60.0
_KILOBYTES = 1024


def free_port() -> int:
    """A port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """The process with its output in a file; ended with everything it started."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        yield process
    finally:
        workers = children_of(process.pid)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def children_of(pid: int) -> list[int]:
    """The processes below this one, read from the kernel; empty where it does not tell (macOS)."""
    found: list[int] = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in tasks.read_text().split():
            found += [int(child), *children_of(int(child))]
    return found


def wait_for_answer(port: int, path: str, process: subprocess.Popen[bytes]) -> float:
    """Ask until the answer is 200; the seconds from the call to the end of that answer."""
    begin = time.perf_counter()
    while time.perf_counter() - begin < _PATIENCE:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        if _answers(port, path):
            return time.perf_counter() - begin
        time.sleep(0.01)
    raise RuntimeError("the server does not answer")


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
    except OSError:
        return False
    finally:
        connection.close()
    return answer.status == http.client.OK


@dataclass(frozen=True, slots=True)
class Memory:
    """Of one process in MB: all its pages, and its share of those that others use as well."""

    rss: float
    pss: float


def worker_memory(process: subprocess.Popen[bytes]) -> Memory:
    """The biggest process below this one: granian's worker. ValueError where the kernel is mute."""
    return max((_memory_of(pid) for pid in children_of(process.pid)), key=lambda size: size.rss)


def _memory_of(pid: int) -> Memory:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    sizes = dict(line.split(":", 1) for line in lines[1:])
    rss, pss = (int(sizes[name].split()[0]) / _KILOBYTES for name in ("Rss", "Pss"))
    return Memory(rss, pss)


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """What the process and all below it have worked so far."""
    pids = [process.pid, *children_of(process.pid)]
    return sum(_ticks(pid) for pid in pids) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    # The name, in brackets, may hold spaces; then come state and ten more before the two times.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])

"""Finds a Chromium for the browser tests, and fetches one where the machine has none."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC_APPS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
_INSTALL_SECONDS = 600

IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

# Chromium's sandbox does not run as root; the others keep it from calling home.
ARGUMENTS = (
    *(["--no-sandbox"] if IS_ROOT else []),
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@functools.cache
def find_chromium() -> Path:
    """The browser to launch: the machine's, Playwright's, or Debian's, installed now if need be."""
    found = _of_the_machine() or _of_playwright()
    if found is not None:
        return found
    reports = [_run(sys.executable, "-m", "playwright", "install", "chromium")]
    if (found := _of_playwright()) is not None:
        return found
    if IS_ROOT and shutil.which("apt-get"):
        reports.append(_run("apt-get", "update"))
        packages = ("chromium", "fonts-liberation")
        reports.append(_run("apt-get", "install", "-y", "--no-install-recommends", *packages))
    else:
        reports.append("apt-get: not tried, it needs Debian and root")
    if (found := _of_the_machine()) is not None:
        return found
    raise RuntimeError(
        "The browser tests need Chromium or Chrome; none is on PATH and none could be installed.\n"
        + "\n".join(reports)
    )


def _of_the_machine() -> Path | None:
    found = (shutil.which(name) for name in _NAMES)
    candidates = [*(Path(path) for path in found if path), *_MAC_APPS]
    return next((path for path in candidates if path.exists()), None)


def _of_playwright() -> Path | None:
    """Asked in a process of its own: Playwright's sync API takes over the calling thread's loop."""
    question = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", question], capture_output=True, text=True, check=False
    )
    path = Path(answer.stdout.strip())
    return path if path.is_file() else None


def _run(*command: str) -> str:
    """Run it; what it said at the end, for the explanation if nothing helps."""
    title = " ".join(command)
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_INSTALL_SECONDS,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    except subprocess.TimeoutExpired:
        return f"{title}: no end after {_INSTALL_SECONDS} s"
    return f"{title}: exit {done.returncode}\n{done.stdout[-1000:]}"

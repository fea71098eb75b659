"""The folder that kmz shares with Kufer: what lies in it whole is meant, and each file once.

A request goes in three steps: the file is written under a hidden name and forced to the disk, its
row is committed, the file gets its name. Whoever dies in between leaves a hidden file: with a row
it was on its way and gets its name now, without one it never happened and is written again. So no
request is lost and none comes twice, whatever Kufer takes away meanwhile.
"""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kmz import clock
from kmz.audit.actions import SYSTEM
from kmz.booking.kufer import queries
from kmz.booking.kufer.actions import acknowledge, hand_over
from kmz.booking.kufer.file import file_name, request_file
from kmz.booking.models import SEAT_HOLDING
from kmz.booking.queries import mandate_of
from kmz.catalog.imports.imported import UnreadableFileError
from kmz.catalog.imports.xml_records import TEXT, Schema, read_xml

DONE = "erledigt"
# Not *.xml: on Windows a dot hides nothing.
_UNFINISHED = ".unfertig"
_LOCK = ".kmz-sperre"
_MAX_BYTES = 5_000_000
_BOOKED_IN = "E"
_ANSWER: Schema = {"vorgang": TEXT, "kurse": {"kurs": {"kursnummer": TEXT, "status": TEXT}}}


class FolderError(Exception):
    """The folder cannot be used; the text says why, in German."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What Kufer's answers did: bookings confirmed, files read, what could not be used."""

    confirmed: int
    files: int
    notes: list[str]


def export_requests(folder: Path, *, charset: str) -> int:
    """Write every request that Kufer does not have yet; how many files got their name."""
    _check(folder)
    with _alone(folder):
        done = _finish_what_was_begun(folder)
        for request_id in queries.requests_to_hand_over():
            done += _export(folder, request_id, charset)
        return done


def _check(folder: Path) -> None:
    """Bank data go here: only whoever owns the folder, and its group, may look into it."""
    if not folder.is_dir():
        raise FolderError(f"{folder} ist kein Ordner.")
    if stat.S_IMODE(folder.stat().st_mode) & stat.S_IRWXO:
        raise FolderError(
            f"{folder} steht allen auf diesem Rechner offen. In den Dateien stehen Bankdaten: "
            f"chmod o= {folder}"
        )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two runs at once would take each other's hidden files for left over."""
    with (folder / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FolderError(f"{folder} wird gerade von einem anderen Lauf benutzt.") from error
        yield


def _finish_what_was_begun(folder: Path) -> int:
    finished = 0
    for hidden in sorted(folder.glob(f".*{_UNFINISHED}")):
        name = hidden.name.removeprefix(".").removesuffix(_UNFINISHED)
        if queries.has_row(name):
            _give_name(hidden, folder / name)
            finished += 1
        else:
            hidden.unlink()
    return finished


def _export(folder: Path, request_id: int, charset: str) -> int:
    read_at = clock.now()
    request = queries.get_whole_request(request_id)
    bookings = [one for one in request.bookings if one.status in SEAT_HOLDING]
    if not bookings:
        return 0  # the last one has ended since the requests were listed
    mandate = mandate_of(request)
    name = file_name(request)
    hidden = folder / f".{name}{_UNFINISHED}"
    _write(hidden, request_file(request, bookings, mandate, charset=charset))
    is_first = hand_over(
        request_id,
        file_name=name,
        read_at=read_at,
        with_bank_data=mandate is not None,
        by=SYSTEM,
    )
    if not is_first:
        hidden.unlink()
        return 0
    _give_name(hidden, folder / name)
    return 1


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _force_to_disk(path.parent)


def _give_name(hidden: Path, path: Path) -> None:
    hidden.rename(path)
    _force_to_disk(path.parent)


def _force_to_disk(folder: Path) -> None:
    """What a folder lists survives a power cut only when the folder itself is written."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_answers(folder: Path, *, delete: bool, say: Callable[[str], None]) -> Answers:
    """Read what came back: our own files in `erledigt`, and answers anywhere in the folder."""
    if not folder.is_dir():
        raise FolderError(f"{folder} ist kein Ordner.")
    confirmed = files = 0
    notes: list[str] = []
    for path in [*_files(folder), *_files(folder / DONE)]:
        try:
            met = _read(path)
        except UnreadableFileError as error:
            notes.append(f"{path.name}: {error}")
            continue
        if met is None:
            continue
        files += 1
        confirmed += met.confirmed
        notes += met.notes
        if delete and not met.notes:
            path.unlink()
            say(f"{path.name}: gelesen und gelöscht")
    return Answers(confirmed, files, notes)


def _files(folder: Path) -> list[Path]:
    found = folder.glob("*.xml") if folder.is_dir() else ()
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def _read(path: Path) -> Answers | None:
    """What one file says; None for one of ours that Kufer has not taken yet."""
    own = queries.find_handed_over(name=path.name)
    if own is None:
        return _read_content(path)
    if path.parent.name != DONE:
        return None
    return Answers(acknowledge(own.request_id, numbers=None, by=SYSTEM), 1, [])


def _read_content(path: Path) -> Answers:
    if path.stat().st_size > _MAX_BYTES:
        raise UnreadableFileError("Die Datei ist zu groß.")
    # To the end first: a file that breaks off in the middle does nothing.
    answers = list(
        read_xml(path.read_bytes(), root="anmeldungen", entry="anmeldung", schema=_ANSWER)
    )
    confirmed, notes = 0, []
    for answer in answers:
        reference = str(answer.get("vorgang") or "").strip()
        known = queries.find_handed_over(reference=reference) if reference else None
        if known is None:
            notes.append(f"{path.name}: Den Vorgang „{reference}“ hat kmz nicht übergeben.")
            continue
        numbers = _booked_in(answer)
        if numbers is None or numbers:
            confirmed += acknowledge(known.request_id, numbers=numbers, by=SYSTEM)
    return Answers(confirmed, 1, notes)


def _booked_in(answer: dict[str, Any]) -> list[str] | None:
    """Numbers of the courses with STATUS E; None (all of them) where KURSE is missing."""
    courses = answer.get("kurse")
    if courses is None:
        return None
    named = courses.get("kurs", []) if isinstance(courses, dict) else []
    return [
        str(one.get("kursnummer")).strip()
        for one in (named if isinstance(named, list) else [named])
        if str(one.get("status")).strip() == _BOOKED_IN
    ]

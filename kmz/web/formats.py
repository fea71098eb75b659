"""German ways of writing money, days and times, as Jinja filters."""

import re
from datetime import date, datetime
from typing import Protocol

from flask import Flask
from markupsafe import Markup, escape

from kmz import clock
from kmz.dates import format_exact, format_long_day, format_times
from kmz.money import format_cents

_NOT_DIALLED = re.compile(r"[^0-9+]")


def euro(cents: int | None) -> str:
    """ "98,00 €", "kostenlos" for 0 and "auf Anfrage" where no fee is known."""
    if cents is None:
        return "auf Anfrage"
    return "kostenlos" if cents == 0 else format_cents(cents)


def day(value: date | datetime | None) -> str:
    """25.06.2019 (a moment: its day in Berlin); empty for None."""
    if isinstance(value, datetime):
        value = clock.in_berlin(value)
    return f"{value:%d.%m.%Y}" if value else ""


def iso_day(text: str) -> str:
    """25.06.2019 for "2019-06-25", as days stand in frozen data."""
    return day(date.fromisoformat(text))


def moment(value: datetime | None) -> str:
    """25.06.2019, 14:03 Uhr in Berlin; empty for None."""
    return f"{clock.in_berlin(value):%d.%m.%Y, %H:%M} Uhr" if value else ""


def until(value: datetime | None) -> str:
    """14:03 Uhr today, else with its day; empty for None."""
    if value is None or clock.in_berlin(value).date() != clock.today():
        return moment(value)
    return f"{clock.in_berlin(value):%H:%M} Uhr"


def clock_time(value: datetime | None) -> str:
    """14:03, the Berlin wall clock of a moment; empty for None."""
    return f"{clock.in_berlin(value):%H:%M}" if value else ""


class _Timed(Protocol):
    starts_at: datetime | None
    ends_at: datetime | None


def session_times(session: _Timed) -> str:
    """18:00–19:30 Uhr; empty where no time is known."""
    return format_times(session.starts_at, session.ends_at)


def breakable(text: str) -> Markup:
    """A name that may break after its slashes: "Organisation/Management" is wider than a phone."""
    return escape(text).replace("/", Markup("/<wbr>"))


def dialled(phone: str) -> str:
    """A telephone number as links with tel: want it."""
    return _NOT_DIALLED.sub("", phone)


def counted(number: int, singular: str, plural: str) -> str:
    """ "1 Kurs", "2 Kurse"."""
    return f"{number} {singular if number == 1 else plural}"


def sanitised(html: str) -> Markup:
    """HTML from the database as markup; it was cleaned when it was saved (`kmz.sanitising`)."""
    return Markup(html)  # noqa: S704 - the one place, for text that went through the sanitiser


def init_formats(app: Flask) -> None:
    """Offer the filters to all templates."""
    app.jinja_env.filters.update(
        euro=euro,
        cents=format_cents,
        day=day,
        iso_day=iso_day,
        moment=moment,
        until=until,
        clock_time=clock_time,
        counted=counted,
        dialled=dialled,
        breakable=breakable,
        sanitised=sanitised,
        exact_moment=format_exact,
        long_day=format_long_day,
        session_times=session_times,
    )

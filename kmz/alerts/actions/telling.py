"""Telling people: new courses of their searches, free seats they wait for. Jobs of the worker.

Every mail is queued in the transaction that takes its row, by one statement that only one worker
can win; so nobody is told twice.
"""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import delete, update

from kmz import clock, log
from kmz.alerts import mails, queries, rules
from kmz.alerts.models import SavedSearch, SeatAlert
from kmz.alerts.queries import DueSearch, FreedSeat
from kmz.alerts.saved_query import find_among
from kmz.audit.actions import SYSTEM, record
from kmz.catalog.rules import availability
from kmz.catalog.search import catalog_search
from kmz.db import count_changed, transaction


def tell_of_new_courses() -> None:
    """Mail every Suchabo what became public since it was last looked at: by day, once a day.

    The search is asked only where there is something new at all, and after it knows of it.
    """
    now = clock.now()
    due = queries.due_searches(now) if clock.is_daytime(now) else []
    if not due:
        return
    horizon = now - rules.SETTLING_TIME
    published = queries.published_between(min(search.checked_until for search in due), horizon)
    if not published:
        return
    catalog_search().refresh()
    by_query: dict[str, list[DueSearch]] = defaultdict(list)
    for search in due:
        by_query[search.query].append(search)
    told = 0
    for query, searches in by_query.items():
        matching = find_among(query, published)
        for search in searches:
            news = [number for number in matching if published[number] > search.checked_until]
            told += bool(news) and _tell_news(search, news, now=now, horizon=horizon)
    _note_checked(due, horizon)
    if told:
        log.event("alert.news_mailed", mails=told)


def _tell_news(
    search: DueSearch, course_ids: list[int], *, now: datetime, horizon: datetime
) -> bool:
    taken = (
        update(SavedSearch)
        .where(
            SavedSearch.id == search.id,
            SavedSearch.checked_until == search.checked_until,
        )
        .values(checked_until=horizon, mailed_at=now)
    )
    with transaction() as session:
        if count_changed(session, taken) != 1:
            return False
        mails.send_new_courses(session, search, course_ids)
    return True


def _note_checked(searches: list[DueSearch], horizon: datetime) -> None:
    """Do not look again at what was no news for anybody."""
    ids = [search.id for search in searches]
    with transaction() as session:
        count_changed(
            session,
            update(SavedSearch)
            .where(SavedSearch.id.in_(ids), SavedSearch.checked_until < horizon)
            .values(checked_until=horizon),
        )


def tell_of_free_seats() -> None:
    """Mail everybody who waits for a seat in a course that can be booked again; their alerts are
    over with it.
    """
    now = clock.now()
    told = sum(
        _tell_seat(freed)
        for freed in queries.freed_seats()
        if availability(freed.course, now=now).bookable
    )
    if told:
        log.event("alert.seats_mailed", mails=told)


def _tell_seat(freed: FreedSeat) -> bool:
    with transaction() as session:
        taken = delete(SeatAlert).where(SeatAlert.id == freed.id)
        if count_changed(session, taken) != 1:
            return False
        mails.send_seats_free(session, freed)
        record(session, "seat_alert.told", by=SYSTEM, kind="seat_alert", object_id=freed.id)
    return True

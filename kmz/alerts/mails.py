"""Which mails alerts send (M25–M27, ours beyond domain.md 2.7). One click ends those that come
again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kmz.alerts import rules
from kmz.alerts.end_links import end_token
from kmz.alerts.models import Alert, SavedSearch
from kmz.alerts.queries import DueSearch, FreedSeat
from kmz.catalog.search import catalog_search
from kmz.catalog.search.cards import CourseCard
from kmz.mail.actions import queue_mail
from kmz.mail.rendering import public_link

# A mail lists so many courses; the rest is behind its link.
MAX_LISTED = 20


@dataclass(frozen=True, slots=True)
class ListedCourse:
    """A course as the mail shows it."""

    card: CourseCard
    link: str


def send_confirmation_link(session: Session, alert: Alert, token: str) -> None:
    """M25. Nothing that was typed stands in it: anybody may type anybody's address."""
    end_link = _end_link(alert.end_key)
    is_search = isinstance(alert, SavedSearch)
    queue_mail(
        session,
        kind="M25",
        to=alert.email,
        subject="Bitte bestätigen Sie Ihre Benachrichtigung",
        template="alerts/confirmation_link",
        unsubscribe_url=end_link,
        is_search=is_search,
        address=alert.email,
        at=alert.created_at,
        expires_at=alert.created_at + rules.LINK_LIFETIME,
        link=public_link(f"/benachrichtigung/bestaetigung/{token}"),
        end_link=end_link,
    )


def send_new_courses(session: Session, search: DueSearch, course_ids: list[int]) -> None:
    """M26: the new courses of a Suchabo."""
    end_link = public_link(f"/benachrichtigung/ende/{end_token(search.end_key)}")
    queue_mail(
        session,
        kind="M26",
        to=search.recipient,
        subject=f"Neue Kurse zu Ihrer Suche: {search.name}",
        template="alerts/new_courses",
        unsubscribe_url=end_link,
        name=search.name,
        count=len(course_ids),
        courses=_listed(course_ids[:MAX_LISTED]),
        all_link=_list_link(search.query),
        end_link=end_link,
        kept_until=search.kept_until,
    )


def send_seats_free(session: Session, freed: FreedSeat) -> None:
    """M27: a course that was full can be booked again. The alert is over, so nothing ends it."""
    queue_mail(
        session,
        kind="M27",
        to=freed.recipient,
        subject=f"Wieder Plätze frei: {freed.course.number} {freed.course.title}",
        template="alerts/seats_free",
        course=freed.course,
        link=_course_link(freed.course.slug),
    )


def _end_link(end_key: str) -> str:
    return public_link(f"/benachrichtigung/ende/{end_token(end_key)}")


def _list_link(query: str) -> str:
    return public_link(f"/kurse?{query}")


def _course_link(slug: str) -> str:
    return public_link(f"/kurs/{slug}")


def _listed(course_ids: Iterable[int]) -> list[ListedCourse]:
    cards = (catalog_search().card(course_id) for course_id in course_ids)
    return [ListedCourse(card, _course_link(card.slug)) for card in cards if card is not None]

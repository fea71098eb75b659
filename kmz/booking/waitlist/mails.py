"""Which mails the Warteliste causes (domain.md 2.7: M11, M12; ours: M31–M33).

Customers find their places in the Kundenbereich; the links of guests are secret.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from kmz.booking.models import WaitlistEntry
from kmz.booking.waitlist.links import link_token
from kmz.mail.actions import queue_mail
from kmz.mail.rendering import public_link

_OWN = "/konto/warteliste"


def send_joined(session: Session, entry: WaitlistEntry, *, number: int, group_size: int) -> None:
    """M11: only the Warteliste, nothing is booked. `number` is the place."""
    link = public_link(f"/warteliste/{link_token(entry)}")
    queue_mail(
        session,
        kind="M11",
        to=entry.recipient,
        subject=f"Auf der Warteliste: {entry.course.number} {entry.course.title}",
        template="booking/waitlist_joined",
        name=entry.recipient_name,
        entry=entry,
        course=entry.course,
        number=number,
        group_size=group_size,
        link=public_link(_OWN) if entry.customer_id else link,
    )


def send_offer(session: Session, entry: WaitlistEntry, until: datetime) -> None:
    """M12: a seat is kept until then; it takes a new click to book it."""
    link = public_link(f"/warteliste/{link_token(entry)}")
    queue_mail(
        session,
        kind="M12",
        to=entry.recipient,
        subject=f"Platz frei: {entry.course.number} {entry.course.title}",
        template="booking/waitlist_offer",
        name=entry.recipient_name,
        entry=entry,
        course=entry.course,
        until=until,
        link=public_link(_OWN) if entry.customer_id else link,
    )


def send_lapsed(session: Session, entry: WaitlistEntry) -> None:
    """M31: nobody took the seat in time, the next one is asked."""
    _send_end(session, entry, "M31", "Ihr Angebot ist verfallen", "waitlist_lapsed")


def send_removed(session: Session, entry: WaitlistEntry, reason: str) -> None:
    """M32: staff took an entry off the list, or the list is over."""
    _send_end(session, entry, "M32", "Ihr Platz auf der Warteliste", "waitlist_removed", reason)


def send_taken_back(session: Session, entry: WaitlistEntry, reason: str) -> None:
    """M33: staff took an offer back; the place on the list stays."""
    _send_end(session, entry, "M33", "Ihr Angebot gilt nicht mehr", "waitlist_taken_back", reason)


def _send_end(
    session: Session, entry: WaitlistEntry, kind: str, subject: str, template: str, reason: str = ""
) -> None:
    queue_mail(
        session,
        kind=kind,
        to=entry.recipient,
        subject=f"{subject}: {entry.course.number}",
        template=f"booking/{template}",
        name=entry.recipient_name,
        entry=entry,
        course=entry.course,
        reason=reason,
        link=public_link("/kurse"),
    )

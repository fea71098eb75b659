"""Who looks at bookings of their own in this request: the customer, or a guest by the link in a
mail (L23). Both meet the same pages under addresses of their own.
"""

from dataclasses import dataclass

from flask import Response, abort, url_for

from kmz.accounts.current import get_customer
from kmz.audit.actions import VISITOR, Actor
from kmz.booking import queries
from kmz.booking.models import Booking
from kmz.booking.rules import BookingOwner, contract_named
from kmz.crypto import token_digest
from kmz.web.pages import page, secret_page


@dataclass(frozen=True, slots=True)
class Holder:
    """`token` is what stands in a guest's link, "" for a customer."""

    owner: BookingOwner
    by: Actor
    token: str = ""

    def address(self, what: str, booking_id: int) -> str:
        """Of one of the pages that both have: "confirmation", "receipt", "cancellation",
        "rebooking".
        """
        if self.token:
            return url_for(f"booking.show_guest_{what}", token=self.token, booking_id=booking_id)
        return url_for(f"booking.show_{what}", booking_id=booking_id)

    def reminder_address(self, booking_id: int) -> str:
        """Where the button about reminders leads."""
        if self.token:
            return url_for("booking.remind_as_guest", token=self.token, booking_id=booking_id)
        return url_for("booking.remind", booking_id=booking_id)

    def booking_address(self, booking_id: int) -> str:
        """Guests see all bookings of their request on one page."""
        if self.token:
            anchor = f"anmeldung-{booking_id}"
            return url_for("booking.show_guest_request", token=self.token, _anchor=anchor)
        return url_for("booking.show_booking", booking_id=booking_id)

    def changed_address(self, booking_id: int) -> str:
        """Where a change is confirmed: at the top of the page, where its notice stands."""
        return self.booking_address(booking_id).partition("#")[0]

    def withdrawal_address(self, booking: Booking) -> str:
        """Guests have nothing to tick there, so the contract is named for them."""
        if self.token:
            return url_for("booking.show_withdrawal", vertrag=contract_named([booking]))
        return url_for("booking.show_withdrawal", anmeldung=booking.id)

    def crumbs(self, booking: Booking, here: str) -> list[tuple[str, str | None]]:
        """The way to a page of this booking."""
        if self.token:
            return [
                ("Buchung ansehen", url_for("booking.show_guest_form")),
                (booking.request.reference, self.booking_address(booking.id)),
                (here, None),
            ]
        hub = url_for("customer_area.show_welcome")
        return [
            ("Login", hub),
            ("Teilnehmer-Login", hub),
            ("Meine Anmeldungen", url_for("booking.list_my_bookings")),
            (booking.course.number, self.booking_address(booking.id)),
            (here, None),
        ]

    def answer(self, response: Response) -> Response:
        """A page that a guest's link opens is as secret as the link."""
        return secret_page(response) if self.token else response


def customer_holder() -> Holder:
    """The customer who is logged in."""
    customer = get_customer()
    return Holder(BookingOwner(customer_id=customer.id), customer)


def guest_holder(token: str) -> Holder:
    """Whoever holds this link; a dead one ends the request with the page that says so (410)."""
    owner = BookingOwner(link_hash=token_digest(token))
    if not queries.has_bookings(owner):
        abort(page("booking/show_guest_link_dead.html", status=410))
    return Holder(owner, VISITOR, token)

"""What a booking asks and writes, as statements made once.

They run on the transaction's connection, without the ORM: nobody waits longer for a seat than the
database needs. The rows are those of `kmz.booking.models`; every column is given here or is NULL.
"""

from sqlalchemy import bindparam, delete, insert, literal, select, true

from kmz.accounts import light
from kmz.accounts.models import CustomerAccount, CustomerProfile
from kmz.booking.leaving.queries import POLICY_COLUMNS
from kmz.booking.models import (
    Booking,
    BookingDraft,
    BookingEvent,
    BookingRequest,
    Cart,
    CartItem,
)
from kmz.catalog.models import CancellationPolicy

# The customer's own draft, what it became already, the cart, and who presses, beside each of the
# policies: one row or more, or none.
CLICK = (
    select(
        BookingDraft.id,
        BookingDraft.content,
        BookingDraft.changed_at,
        BookingRequest.reference,
        Cart.id,
        *light.light_columns(),
        *POLICY_COLUMNS,
    )
    .join(CustomerAccount, CustomerAccount.id == BookingDraft.customer_id)
    .join(CustomerProfile, CustomerProfile.customer_id == CustomerAccount.id)
    .outerjoin(BookingRequest, BookingRequest.draft_key == BookingDraft.key)
    .outerjoin(Cart, Cart.customer_id == BookingDraft.customer_id)
    .outerjoin(CancellationPolicy, true())
    .where(
        BookingDraft.key == bindparam("key"),
        BookingDraft.customer_id == bindparam("customer"),
        CustomerAccount.closed_at.is_(None),
    )
    # Closing an account waits for a booking that has begun; one that begins later finds nobody.
    .with_for_update(read=True, key_share=True, of=CustomerAccount)
)

# The same for a guest, who presses with the token of a cart; the partner stands in the content.
GUEST_CLICK = (
    select(
        BookingDraft.id,
        BookingDraft.content,
        BookingDraft.changed_at,
        BookingRequest.reference,
        Cart.id,
        BookingDraft.account,
        *POLICY_COLUMNS,
    )
    .outerjoin(BookingRequest, BookingRequest.draft_key == BookingDraft.key)
    .outerjoin(Cart, Cart.token_hash == BookingDraft.token_hash)
    .outerjoin(CancellationPolicy, true())
    .where(
        BookingDraft.key == bindparam("key"),
        BookingDraft.token_hash == bindparam("token"),
        BookingDraft.customer_id.is_(None),
    )
)

NEW_REQUEST = insert(BookingRequest).returning(BookingRequest.id)
NEW_BOOKINGS = insert(Booking).inline()

# The first event of every booking of a request; its status is the booking's own.
FIRST_EVENTS = insert(BookingEvent).from_select(
    ["booking_id", "status", "at", "actor", "reason"],
    select(
        Booking.id,
        Booking.status,
        Booking.requested_at,
        bindparam("actor", type_=BookingEvent.actor.type),
        literal(""),
    ).where(Booking.request_id == bindparam("request")),
)

BOOKED_CART_ITEMS = delete(CartItem).where(
    CartItem.cart_id == bindparam("cart"),
    CartItem.course_id.in_(
        select(Booking.course_id).where(Booking.request_id == bindparam("request"))
    ),
)

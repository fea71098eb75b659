"""Filling and emptying the Warenkorb. It holds no seats (BKG-19)."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.booking.cart import queries
from kmz.booking.cart.changes import seen_now
from kmz.booking.models import Cart, CartItem
from kmz.booking.queries import light_courses
from kmz.booking.rules import MAX_ATTENDEES, MAX_ITEMS, CartOwner
from kmz.catalog.actions.watchlist import unwatch_courses
from kmz.crypto import new_token, token_digest
from kmz.db import transaction
from kmz.errors import Problem, RefusedError

KEEP_DAYS = 30


def add_to_cart(owner: CartOwner, course_id: int) -> CartOwner:
    """Put a course into the cart; twice changes nothing. Returns the owner, with a token if one
    was made.

    RefusedError when the cart is full.
    """
    try:
        with transaction() as session:
            owner, cart = _cart_of(session, owner)
            items = list(session.scalars(select(CartItem).where(CartItem.cart_id == cart.id)))
            if any(item.course_id == course_id for item in items):
                return owner
            if len(items) >= MAX_ITEMS:
                message = f"Im Warenkorb ist Platz für {MAX_ITEMS} Kurse."
                raise RefusedError(Problem("cart.full", message))
            cart.changed_at = clock.now()
            session.add_all(_items(cart.id, [course_id]))
            return owner
    except IntegrityError:
        # Another tab was faster: the course is in the cart now, or the cart was made meanwhile.
        if queries.is_in_cart(owner, course_id):
            return owner
        raise


def move_to_cart(owner: CartOwner, course_ids: Sequence[int]) -> tuple[CartOwner, list[int]]:
    """Put courses of the Merkliste into the cart; a customer's leave the Merkliste with it (U40).

    Returns the owner and the courses that are in the cart now; the others found no room.
    """
    try:
        return _move_to_cart(owner, course_ids)
    except IntegrityError:
        return _move_to_cart(owner, course_ids)  # another tab was faster: its rows count now


def _move_to_cart(owner: CartOwner, course_ids: Sequence[int]) -> tuple[CartOwner, list[int]]:
    with transaction() as session:
        owner, cart = _cart_of(session, owner)
        known = set(session.scalars(select(CartItem.course_id).where(CartItem.cart_id == cart.id)))
        new = [course_id for course_id in course_ids if course_id not in known]
        new = new[: max(0, MAX_ITEMS - len(known))]
        cart.changed_at = clock.now()
        session.add_all(_items(cart.id, new))
        moved = [course_id for course_id in course_ids if course_id in known.union(new)]
        if owner.customer_id is not None:
            unwatch_courses(owner.customer_id, moved)
    return owner, moved


def remove_from_cart(owner: CartOwner, course_id: int) -> None:
    """Take a course out of the cart; a course that is not in it changes nothing."""
    with transaction() as session:
        cart = queries.find_cart(owner)
        if cart is not None:
            session.execute(
                delete(CartItem).where(CartItem.cart_id == cart.id, CartItem.course_id == course_id)
            )


def set_people(owner: CartOwner, course_id: int, people: int) -> None:
    """For how many people a course is in the cart, at least one and at most MAX_ATTENDEES."""
    with transaction() as session:
        cart = queries.find_cart(owner)
        if cart is None:
            return
        cart.changed_at = clock.now()
        session.execute(
            update(CartItem)
            .where(CartItem.cart_id == cart.id, CartItem.course_id == course_id)
            .values(people=min(max(people, 1), MAX_ATTENDEES))
        )


def note_changes(owner: CartOwner) -> None:
    """What changed about the courses in the cart was read; from now on it is as it is."""
    with transaction():
        for item in queries.cart_items(owner):
            item.seen = seen_now(item.course)


def adopt_cart(owner: CartOwner, customer_id: int) -> None:
    """At login the visitor's cart becomes the customer's, without doubles (U27)."""
    with transaction() as session:
        visitor = queries.find_cart(CartOwner(token=owner.token)) if owner.token else None
        if visitor is None:
            return
        _, own = _cart_of(session, CartOwner(customer_id=customer_id))
        known = set(session.scalars(select(CartItem.course_id).where(CartItem.cart_id == own.id)))
        for item in session.scalars(select(CartItem).where(CartItem.cart_id == visitor.id)):
            if item.course_id not in known:
                item.cart_id = own.id
        session.flush()
        session.execute(delete(Cart).where(Cart.id == visitor.id))


def delete_old_carts() -> None:
    """Forget carts that nobody touched for 30 days (L28)."""
    with transaction() as session:
        session.execute(
            delete(Cart).where(Cart.changed_at < clock.now() - timedelta(days=KEEP_DAYS))
        )


def _items(cart_id: int, course_ids: Sequence[int]) -> list[CartItem]:
    courses = {course.id: course for course in light_courses(list(course_ids))}
    return [
        CartItem(
            cart_id=cart_id,
            course_id=course_id,
            added_at=clock.now(),
            seen=seen_now(courses[course_id]),
        )
        for course_id in course_ids
    ]


def _cart_of(session: Session, owner: CartOwner) -> tuple[CartOwner, Cart]:
    cart = queries.find_cart(owner)
    if cart is not None:
        return owner, cart
    if owner.customer_id is None:
        owner = CartOwner(token=new_token())
    cart = Cart(
        customer_id=owner.customer_id,
        token_hash=token_digest(owner.token) if owner.token else None,
        changed_at=clock.now(),
    )
    session.add(cart)
    session.flush()
    return owner, cart

"""Reading carts; whose it is comes first."""

from sqlalchemy import Select, func, select

from kmz.booking.models import (
    Cart,
    CartItem,
)
from kmz.booking.rules import CartOwner
from kmz.catalog.models import Course
from kmz.catalog.queries import sessions_with_places
from kmz.crypto import token_digest
from kmz.db import db


def _owned(owner: CartOwner) -> Select[Cart]:
    if owner.customer_id is not None:
        return select(Cart).where(Cart.customer_id == owner.customer_id)
    return select(Cart).where(Cart.token_hash == token_digest(owner.token or ""))


def find_cart(owner: CartOwner) -> Cart | None:
    """The cart of a customer or visitor; None when nothing was put in yet."""
    if owner.customer_id is None and not owner.token:
        return None
    return db.session.scalar(_owned(owner))


def cart_count(owner: CartOwner) -> int:
    """How many courses the cart holds; costs no query for a visitor without a cart."""
    if owner.customer_id is None and not owner.token:
        return 0
    cart_id = _owned(owner).with_only_columns(Cart.id).scalar_subquery()
    return db.session.scalar(select(func.count()).where(CartItem.cart_id == cart_id)) or 0


def is_in_cart(owner: CartOwner, course_id: int) -> bool:
    cart = find_cart(owner)
    if cart is None:
        return False
    query = select(CartItem.id).where(CartItem.cart_id == cart.id, CartItem.course_id == course_id)
    return db.session.scalar(query) is not None


def cart_courses(owner: CartOwner) -> list[Course]:
    """The courses in the cart in the order in which they were put in."""
    if owner.customer_id is None and not owner.token:
        return []
    cart_id = _owned(owner).with_only_columns(Cart.id).scalar_subquery()
    query = (
        select(Course)
        .join(CartItem, CartItem.course_id == Course.id)
        .where(CartItem.cart_id == cart_id, Course.published_at.is_not(None))
        .order_by(CartItem.id)
        .options(sessions_with_places())
    )
    return list(db.session.scalars(query))

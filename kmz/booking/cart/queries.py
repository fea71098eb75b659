"""Reading carts; whose it is comes first."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from kmz.booking.models import Cart, CartItem
from kmz.booking.rules import CartOwner
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


def cart_items(owner: CartOwner) -> list[CartItem]:
    """What is in the cart in the order in which it was put in, with courses and places; also
    courses that have left the programme, so that it can be said.
    """
    if owner.customer_id is None and not owner.token:
        return []
    cart_id = _owned(owner).with_only_columns(Cart.id).scalar_subquery()
    query = (
        select(CartItem)
        .where(CartItem.cart_id == cart_id)
        .order_by(CartItem.id)
        .options(joinedload(CartItem.course).options(sessions_with_places()))
    )
    return list(db.session.scalars(query))


def find_item(owner: CartOwner, slug: str) -> CartItem | None:
    """A course in the cart by its address."""
    return next((item for item in cart_items(owner) if item.course.slug == slug), None)

"""A customer as one light row: what a booking checks, freezes and writes to; no password hash."""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from kmz.accounts.models import CustomerAccount, CustomerProfile


@dataclass(slots=True)
class LightCustomer:
    """The account with its profile's address; the names are those of the two models."""

    customer_id: int
    email: str
    first_name: str
    last_name: str
    salutation: str
    title: str
    street: str
    house_number: str
    postal_code: str
    city: str
    country: str
    phone: str

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def actor_name(self) -> str:
        return f"customer:{self.customer_id}"


def light_columns() -> list[InstrumentedAttribute[Any]]:
    """The columns of a LightCustomer in its order; the query joins the two tables."""
    names = [field.name for field in fields(LightCustomer)]
    return [
        getattr(CustomerAccount, name, None) or getattr(CustomerProfile, name) for name in names
    ]

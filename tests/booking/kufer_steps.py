"""What the tests of the way to Kufer and back share."""

from pathlib import Path

from kmz.booking.models import BookingRequest
from kmz.catalog.models import Course
from tests.factories import make_bank_account, make_course, make_customer, make_request


def make_paid_request(*courses: Course, **person: str) -> BookingRequest:
    customer = make_customer(**person)
    make_bank_account(customer)
    return make_request(customer, *(courses or (make_course(),)))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.xml"))

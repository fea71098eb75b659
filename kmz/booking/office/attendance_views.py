"""The Teilnehmerliste of a course, to print for whoever leads it."""

from flask import Response

from kmz import clock
from kmz.booking.blueprints import staff_blueprint
from kmz.booking.models import BookingStatus
from kmz.booking.office import queries
from kmz.catalog.models import Course
from kmz.catalog.queries import get_course
from kmz.web.access import staff_only
from kmz.web.pages import page
from kmz.web.paging import page_count, wanted_page

# As many columns to tick as fit on a sheet beside the names.
DAYS_PER_SHEET = 10


def _sheet(course: Course) -> tuple[int, int, list[str]]:
    """Which sheet of how many, and its days as column heads ("25.06."). Until another one is asked
    for, it is the sheet with the next session, or the last.
    """
    days = sorted({session.day for session in course.sessions if not session.is_cancelled})
    sheets = page_count(len(days), DAYS_PER_SHEET)
    past = sum(day < clock.today() for day in days)
    number = min(wanted_page(default=past // DAYS_PER_SHEET + 1), sheets)
    first = (number - 1) * DAYS_PER_SHEET
    return number, sheets, [f"{day:%d.%m.}" for day in days[first : first + DAYS_PER_SHEET]]


@staff_blueprint.get("/kurse/<int:course_id>/teilnehmerliste")
@staff_only("office")
def show_attendance_list(course_id: int) -> Response:
    """Names and nothing else: instructors get no address, phone or payments (domain.md 1.13)."""
    course = get_course(course_id)
    bookings = queries.attendees_of(course_id)
    sheet, sheets, days = _sheet(course)
    return page(
        "booking/admin/show_attendance_list.html",
        course=course,
        attending=[one for one in bookings if one.status == BookingStatus.CONFIRMED],
        requested=[one for one in bookings if one.status == BookingStatus.REQUESTED],
        days=days,
        sheet=sheet,
        sheets=sheets,
    )

"""The forms of booking."""

from kmz.booking.forms.attendee import AttendeeForm
from kmz.booking.forms.booking import (
    BookingForm,
    CustomerBookingForm,
    FinalForm,
    GuestBookingForm,
)
from kmz.booking.forms.office import ReasonForm
from kmz.booking.forms.people import NewPersonForm, PersonForm

__all__ = [
    "AttendeeForm",
    "BookingForm",
    "CustomerBookingForm",
    "FinalForm",
    "GuestBookingForm",
    "NewPersonForm",
    "PersonForm",
    "ReasonForm",
]

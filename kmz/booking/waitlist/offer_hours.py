"""The house's own hours of an offer."""

from flask import current_app

from kmz.booking.waitlist.rules import OfferHours


def offer_hours() -> OfferHours:
    config = current_app.config["KMZ"]
    return OfferHours(config.offer_hours, config.offer_hours_near)

"""Bookings of people without an account."""

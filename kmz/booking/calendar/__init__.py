"""Bookings as calendar files and as a feed."""

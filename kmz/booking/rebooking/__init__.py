"""Umbuchung: from a booking into a parallel course."""

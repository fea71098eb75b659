"""Meine Anmeldungen."""

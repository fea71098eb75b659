"""Teilnehmende Personen whom a customer keeps."""

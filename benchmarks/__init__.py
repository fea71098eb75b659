"""Measurements of the portal beside something bare, in one run (`make bench`)."""

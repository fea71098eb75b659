"""Questions to the office and calls back (U39)."""

"""One module per way out of a booking."""

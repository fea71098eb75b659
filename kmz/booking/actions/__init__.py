"""What can be done with carts and bookings, one module per use case."""

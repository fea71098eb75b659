"""What the office sees of bookings and decides."""

"""What others read of the catalogue."""

"""The Warteliste: waiting, being offered a seat, leaving the list."""

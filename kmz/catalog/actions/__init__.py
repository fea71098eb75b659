"""Use cases that change the catalogue, one module each."""

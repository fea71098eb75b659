"""Taking, holding, offering and giving back seats."""

"""One module per use case of the Warteliste."""

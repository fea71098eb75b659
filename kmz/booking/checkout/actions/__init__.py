"""One module per use case of the checkout."""

"""The Warenkorb of visitors and customers."""

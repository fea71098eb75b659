"""What KONTAKT does, one module per kind of use."""

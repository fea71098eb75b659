"""What a customer does with the whole account: take all data along, close it."""

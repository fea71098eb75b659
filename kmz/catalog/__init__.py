"""The Online-Katalog: courses and events, their search, the Merkliste, imports and staff editing."""

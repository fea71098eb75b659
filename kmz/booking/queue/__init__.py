"""The waiting room of a morning on which too many come at once."""

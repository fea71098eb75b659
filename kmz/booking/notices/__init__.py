"""Telling participants that their course is another than they were told."""

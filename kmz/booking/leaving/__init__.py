"""Stornierung, Widerruf and what is paid back."""

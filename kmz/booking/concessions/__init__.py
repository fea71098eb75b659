"""Ermäßigungen: the reasons for them, and what the office decides about a proof."""

"""Tests of KONTAKT."""

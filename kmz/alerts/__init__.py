"""Mails about courses that somebody waits for: saved searches and freed seats."""

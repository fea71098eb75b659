"""The demo: own courses and people, and the mailbox in which its mails can be read."""

from kmz.demo.views import blueprint

__all__ = ["blueprint"]

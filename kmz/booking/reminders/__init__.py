"""The Kurserinnerung, for whoever asked for it."""

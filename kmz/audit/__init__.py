"""Who changed what, and when: entries that are only ever added."""

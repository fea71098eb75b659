"""Course feeds of other systems: pure reading per format, and the action that stores the result."""

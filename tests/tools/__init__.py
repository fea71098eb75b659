"""Real things for tests: a database server, a browser, a mail server."""

"""Getting back into an account with the office's help: cases, links, the robot check (C01–C24)."""

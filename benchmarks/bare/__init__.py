"""The page beside ours: Flask and Jinja with plain dicts, and nothing else."""

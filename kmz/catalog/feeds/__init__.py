"""What others read of the catalogue: calendars, feeds, the sitemap, the interface for programs."""

"""Pages of what courses have in common: semester, Programmbereich, venue, Kursleitung."""

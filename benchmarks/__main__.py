"""`python -m benchmarks [part …]`: measure, print, keep. Without parts: all of them."""

import argparse
import tempfile
from pathlib import Path

from benchmarks import booking, catalog, checkout, imports, login, rush, search, start, storm
from benchmarks.table import as_markdown, write

RESULT = Path("build/benchmarks.md")
PARTS = {
    "catalog": catalog.measure,
    "search": search.measure,
    "booking": booking.measure,
    "rush": rush.measure,
    "storm": storm.measure,
    "checkout": checkout.measure,
    "imports": imports.measure,
    "start": start.measure,
    "login": login.measure,
}


def main() -> None:
    """Run the parts one after the other, each in a folder of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    wanted = parser.parse_args().parts or list(PARTS)
    unknown = set(wanted) - PARTS.keys()
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    rows = []
    for name in wanted:
        print(f"… {name}", flush=True)
        with tempfile.TemporaryDirectory(prefix="kmz-bench-") as folder:
            rows += PARTS[name](Path(folder))
    print(as_markdown(rows))
    write(rows, RESULT)


if __name__ == "__main__":
    main()

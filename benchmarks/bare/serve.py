"""A bare app on the server that the portal uses: `python -m benchmarks.bare.serve PORT THREADS`
for the pages, with `WORKERS booking` behind it for the booking.
"""

import sys

from granian.constants import Interfaces
from granian.server import Server

_APPS = {"pages": "benchmarks.bare.app:make_app", "booking": "benchmarks.bare.booking:make_app"}

if __name__ == "__main__":
    port, threads, workers, app = sys.argv[1:] if sys.argv[3:] else [*sys.argv[1:], "1", "pages"]
    # The same settings as in kmz.server.
    Server(
        _APPS[app],
        factory=True,
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(workers),
        blocking_threads=int(threads),
        backlog=1024,
        log_enabled=False,
    ).serve()

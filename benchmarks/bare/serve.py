"""The bare app on the server that the portal uses: `python -m benchmarks.bare.serve PORT`."""

import sys

from granian.constants import Interfaces
from granian.server import Server

if __name__ == "__main__":
    # The same settings as in kmz.server.
    Server(
        "benchmarks.bare.app:make_app",
        factory=True,
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=int(sys.argv[2]),
        backlog=1024,
        log_enabled=False,
    ).serve()

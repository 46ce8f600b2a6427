"""Free ports on loopback, and waiting until somebody listens there."""

import socket
import time

PATIENCE_S = 60


def free_port() -> int:
    """A port that nobody else is given for as long as this process lives; a server may bind it.

    A number that is merely free may be taken by the next test process, or by whoever connects to
    anything, before the server that it is for has started. So it stays bound by us, who never
    listen; servers share it, as all of them set SO_REUSEADDR.
    """
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    port: int = keeper.getsockname()[1]
    # The descriptor alone keeps it, until the process ends.
    keeper.detach()
    return port


def wait_for_port(port: int, seconds: float = PATIENCE_S) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def wait_for_silence(port: int, seconds: float = PATIENCE_S) -> None:
    """Wait until nobody listens any more: a killed process may do so for another moment."""
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return
        if time.monotonic() > end:
            raise TimeoutError(port)
        time.sleep(0.05)

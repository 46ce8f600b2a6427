"""A tus client of a running server."""

import http.client
import socket
from urllib.parse import urlsplit

from tests.servers.web import Web
from tests.uploads.conftest import OCTETS


class Remote:
    """A person's tus client that speaks to a running server, byte by byte if need be."""

    def __init__(self, web: Web, token: str) -> None:
        self.web = web
        self.token = token
        self._host = urlsplit(web.url).netloc
        self._headers = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}

    def ask(
        self, method: str, path: str, headers: dict[str, str], data: bytes = b""
    ) -> tuple[int, dict[str, str]]:
        connection = http.client.HTTPConnection(self._host, timeout=60)
        try:
            connection.request(method, path, data, {**self._headers, **headers})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders())
        finally:
            connection.close()

    def create(self, length: int) -> str:
        status, headers = self.ask("POST", "/api/v1/uploads", {"Upload-Length": str(length)})
        assert status == 201
        return headers["Location"]

    def patch(self, path: str, offset: int, data: bytes) -> int:
        headers = {"Upload-Offset": str(offset), "Content-Type": OCTETS}
        return self.ask("PATCH", path, headers, data)[0]

    def offset(self, path: str) -> int:
        status, headers = self.ask("HEAD", path, {})
        assert status == 200
        return int(headers["Upload-Offset"])

    def start_patch(self, path: str, data: bytes, *, length: int) -> socket.socket:
        """Announce `length` bytes and send only `data`."""
        host, port = self._host.split(":")
        connection = socket.create_connection((host, int(port)), timeout=60)
        lines = {**self._headers, "Upload-Offset": "0", "Content-Type": OCTETS}
        lines |= {"Host": self._host, "Content-Length": str(length)}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        connection.sendall(f"PATCH {path} HTTP/1.1\r\n{head}\r\n".encode() + data)
        return connection

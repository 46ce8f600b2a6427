"""The web server waits for its clients, but not for ever."""

import socket
from collections.abc import Iterator

import pytest
from gunicorn.http.parser import RequestParser

from mediashare.config import Settings
from mediashare.saved.forms import MAX_QUERY
from mediashare.webserver import PatientSocket, WebServer


@pytest.fixture
def ends() -> Iterator[tuple[PatientSocket, socket.socket]]:
    """Our end of a connection, and that of a client."""
    ours, theirs = socket.socketpair()
    with PatientSocket(fileno=ours.detach()) as patient, theirs:
        patient.wait_for(1)
        yield patient, theirs


def test_a_client_that_says_nothing_counts_as_gone(
    ends: tuple[PatientSocket, socket.socket],
) -> None:
    patient, client = ends
    client.sendall(b"GET ")

    assert [patient.recv(100), patient.recv(100)] == [b"GET ", b""]


def test_a_client_that_takes_nothing_counts_as_gone(
    ends: tuple[PatientSocket, socket.socket],
) -> None:
    patient, _client = ends

    with pytest.raises(BrokenPipeError):
        patient.sendall(bytes(64 * 1024 * 1024))


def test_an_address_of_the_longest_search_that_can_be_kept_is_read(settings: Settings) -> None:
    query = "q=" + "x" * (MAX_QUERY - 2)
    sent = f"GET /search?{query} HTTP/1.1\r\nHost: media.example\r\n\r\n".encode()

    request = next(RequestParser(WebServer(settings).cfg, iter([sent]), ("127.0.0.1", 1)))

    assert request.query == query

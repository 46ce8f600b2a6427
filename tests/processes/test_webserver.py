"""The web server waits for its clients, but not for ever."""

import gc
import socket
from collections.abc import Iterator

import pytest
from gunicorn.glogging import Logger
from gunicorn.http.errors import LimitRequestLine
from gunicorn.http.parser import RequestParser

from mediashare.config import Settings
from mediashare.saved.forms import MAX_QUERY
from mediashare.webserver import TOO_LONG, PatientSocket, WebServer, Worker


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


def test_an_address_that_is_too_long_is_answered_in_a_sentence(
    ends: tuple[PatientSocket, socket.socket], settings: Settings
) -> None:
    ours, client = ends
    server = WebServer(settings)
    worker = Worker(1, 1, [], server, 30, server.cfg, Logger(server.cfg))

    worker.handle_error(None, ours, ("127.0.0.1", 1), LimitRequestLine(10_000, 8190))
    worker.tmp.close()

    answer = client.recv(10_000)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 414 URI Too Long\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert body == TOO_LONG


def test_what_a_process_has_loaded_is_not_looked_through_again(settings: Settings) -> None:
    begun = WebServer(settings).cfg.post_worker_init
    try:
        begun(None)

        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


def test_an_address_of_the_longest_search_that_can_be_kept_is_read(settings: Settings) -> None:
    query = "q=" + "x" * (MAX_QUERY - 2)
    sent = f"GET /search?{query} HTTP/1.1\r\nHost: media.example\r\n\r\n".encode()

    request = next(RequestParser(WebServer(settings).cfg, iter([sent]), ("127.0.0.1", 1)))

    assert request.query == query

"""What is done once an answer is with whoever has asked, so that nobody waits for it."""

from collections.abc import Callable

from flask import Response, after_this_request


def when_sent(action: Callable[[], None]) -> None:
    """Call `action` when the answer to this request has been sent, and its database session is
    given back. Where no answer comes of the request, nothing happens."""

    def attach(response: Response) -> Response:
        response.call_on_close(action)
        return response

    after_this_request(attach)

"""Fakes at our own ports."""


class RecordingWaker:
    """Remembers the queues that it was asked to wake."""

    def __init__(self) -> None:
        self.woken: list[str] = []

    def wake(self, queue: str) -> None:
        self.woken.append(queue)

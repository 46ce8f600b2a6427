"""What the packets of a recording add up to: how long it is, how dense, how often one can seek."""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

EARLY_S = 30.0
# Formats that are cut together by writing one behind the other: their clocks may jump, and
# ffmpeg closes such gaps when it reads them, from the same length on.
JUMPY = ("mpegts", "ogg")
JUMP_S = 10.0
BACK_S = 0.1
# What moves for as long is seen to move. In a shorter time, clocks that jitter say nothing.
MOVING_S = 1.0
# Only for files that nobody could play; beyond it, how dense they are is counted otherwise.
MOST_MOVING = 500


class Packet(NamedTuple):
    """One packet: when it is shown and when decoded, how long it lasts (None where unknown)."""

    shown: float | None
    decoded: float | None
    length: float
    size: int
    is_keyframe: bool
    is_hidden: bool = False


@dataclass(slots=True)
class Packets:
    """What the packets of one stream add up to; times in seconds.

    `early` counts those of the first EARLY_S; `longest_step` is the longest time between two.
    `hidden` and `hidden_s` count what is only read so that the rest can be decoded: it was cut off
    without coding anew, and is neither shown nor heard. `busiest` is how many came in the second
    in which most did.
    """

    is_jumpy: bool = False
    count: int = 0
    size: int = 0
    start: float = float("inf")
    end: float = 0.0
    early: int = 0
    keyframe_gap: float = 0.0
    longest_step: float = 0.0
    hidden: int = 0
    hidden_s: float = 0.0
    busiest: float = 0.0
    _moving: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_MOVING))
    _keyframe_at: float | None = None
    _clock: float | None = None
    _due: float = 0.0
    _shift: float = 0.0

    @property
    def span(self) -> float:
        """From the first packet to the end of the last, with what was jumped over left out."""
        return max(0.0, self.end - self.start)

    @property
    def has_jumped(self) -> bool:
        """Whether its clock has, so that the duration in its header says nothing."""
        return self._shift != 0

    @property
    def last(self) -> tuple[float, int]:
        """Since when the last second runs, or the last two packets, and how many there are."""
        return (self._moving[0], len(self._moving)) if self._moving else (0.0, 0)

    @property
    def read(self) -> int:
        """How many packets there are, those among them that are hidden."""
        return self.count + self.hidden

    def add(self, packet: Packet) -> None:
        """Count one more packet."""
        if packet.is_hidden:
            self.hidden += 1
            self.hidden_s += packet.length
            return
        if self.is_jumpy and packet.length > JUMP_S:
            # Of the last packet in an Ogg, ffmpeg may say that it lasts six days.
            packet = packet._replace(length=0.0)
        at = self._place(packet)
        self.count += 1
        self.size += packet.size
        self.start = min(self.start, at)
        self.end = max(self.end, at + packet.length)
        self.early += at - self.start < EARLY_S
        if packet.is_keyframe:
            self._close_gap(at)
            self._keyframe_at = at

    def close(self) -> None:
        """Count the stretch after the last keyframe too."""
        self._close_gap(self.end)

    def _place(self, packet: Packet) -> float:
        shown = packet.decoded if packet.shown is None else packet.shown
        if shown is None:
            # Without a time of its own it follows the one before.
            return self.end
        self._follow(shown if packet.decoded is None else packet.decoded, packet.length)
        return shown + self._shift

    def _follow(self, clock: float, length: float) -> None:
        clock += self._shift
        if self._clock is not None:
            late = clock - self._due
            if self.is_jumpy and not -BACK_S <= late <= JUMP_S:
                self._shift -= late
                clock -= late
            self.longest_step = max(self.longest_step, clock - self._clock)
        self._clock, self._due = clock, clock + length
        self._watch(clock)

    def _watch(self, clock: float) -> None:
        times = self._moving
        times.append(clock)
        if clock - times[0] < MOVING_S:
            return
        # The last second and a little: from the last time that lies a whole second back.
        while len(times) > 1 and clock - times[1] >= MOVING_S:
            times.popleft()
        self.busiest = max(self.busiest, (len(times) - 1) / (clock - times[0]))

    def _close_gap(self, at: float) -> None:
        if self._keyframe_at is not None:
            self.keyframe_gap = max(self.keyframe_gap, at - self._keyframe_at)

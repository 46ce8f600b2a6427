"""Finds by meaning in an index of this machine, which follows the database by itself."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import ColumnElement
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from mediashare.db.session import Database
from mediashare.meaning import queries as meaning_queries
from mediashare.vectors import choice, encoder
from mediashare.vectors.bert import Floats
from mediashare.vectors.choice import NoModelError
from mediashare.vectors.generation import Stored
from mediashare.vectors.index import Asking, IndexFolder
from mediashare.vectors.port import Asked, Near

log = logging.getLogger(__name__)

# How long what was said anew may wait until it is found; what was taken back is gone at once,
# because the database is asked about each episode that is to be shown.
FOLLOW_EVERY_S = 10.0
# While nobody asks, what was deleted is looked for this often, to take it off the disk.
LOOK_EVERY_S = 600.0
# Episodes that a question may wait for: some megabytes at most.
FEW = 100
# What is less alike has nothing to do with the question, so that nothing may be found at all;
# chosen by measurement (`make bench name=retrieval`).
LEAST_SIMILARITY = 0.2
# A disk that is full, read-only or unreadable, and files that are not ours.
UNUSABLE = (OSError, ValueError)
FAILED = "the index of meanings could not follow; it tries again"
UNREAD = "the index of meanings could not be read; words alone are looked for"


class _LookedInto:
    """A question whose meaning is understood aside, while its words are looked for."""

    def __init__(self, look: Callable[[str], Asking | None], text: str) -> None:
        # A thread for each, as many as there are requests: the model takes one after the other.
        aside = ThreadPoolExecutor(1, thread_name_prefix="meaning")
        self._asking = aside.submit(look, text)
        aside.shutdown(wait=False)
        self._look = look
        # Every episode that may be found, once that was asked.
        self._every: Collection[str] | None = None

    def again(self, text: str) -> "_LookedInto":
        other = _LookedInto(self._look, text)
        other._every = self._every
        return other

    def find(
        self, session: Session, conditions: Sequence[ColumnElement[bool]], limit: int
    ) -> Sequence[Near]:
        asking = self._asking.result()
        if asking is None:
            return ()

        def findable(episode_ids: Sequence[str] | None) -> Collection[str]:
            if episode_ids is not None:
                return meaning_queries.list_findable(session, episode_ids, conditions)
            if self._every is None:
                self._every = meaning_queries.list_findable(session, None, conditions)
            return self._every

        found = asking.find(findable, limit)
        idents = {near.episode_id for near in found}
        current = meaning_queries.list_current(session, choice.MODEL, idents)
        if not all(asking.index.is_of(ident, current) for ident in idents):
            # What was said before is not what is said now: it is left out from the beginning, so
            # that it takes nobody's place.
            current = meaning_queries.list_current(session, choice.MODEL)

            def current_ones(episode_ids: Sequence[str] | None) -> Collection[str]:
                listed = findable(episode_ids)
                return {ident for ident in listed if asking.index.is_of(ident, current)}

            found = asking.find(current_ones, limit)
        return [near for near in found if near.similarity >= LEAST_SIMILARITY]


class MappedFinder:
    """The finder of a web process. Its index stands under `folder`."""

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder = IndexFolder(folder)
        self._database = database
        self._followed_at = -FOLLOW_EVERY_S
        self._following = threading.Lock()
        self._closed = threading.Event()
        self._clock = threading.Thread(
            target=self._follow_by_the_clock, name="meaning", daemon=True
        )
        self._is_broken = False

    def ask(self, session: Session, text: str) -> Asked:
        if time.monotonic() - self._followed_at >= FOLLOW_EVERY_S:
            self._follow_soon(session)
        return _LookedInto(self._look, text)

    def _look(self, text: str) -> Asking | None:
        vector = self._understand(text)
        if vector is None:
            return None
        try:
            return self._folder.open().ask(vector)
        except UNUSABLE:
            log.warning(UNREAD, exc_info=True)
            return None

    def _understand(self, text: str) -> Floats | None:
        """The vector of a question; None where the model can't be used: words find something."""
        if self._is_broken:
            return None
        try:
            return encoder.load().question(text)
        except (NoModelError, OSError):
            log.exception("nothing is found by meaning until the next start")
            self._is_broken = True
            return None

    def follow(self, session: Session) -> bool:
        """Bring the index up to the database; False when another process is at it."""
        current = meaning_queries.list_current(session, choice.MODEL)

        def load(episode_ids: Sequence[str]) -> Iterator[Stored]:
            for kept in meaning_queries.load(session, episode_ids):
                yield Stored(kept.episode_id, kept.stamp, kept.spans, kept.vectors)

        return self._folder.follow(current, load)

    def start(self) -> None:
        """From now on follow by the clock too: what is deleted leaves the disk though nobody
        searches."""
        self._clock.start()

    def close(self) -> None:
        """Follow by the clock no longer."""
        self._closed.set()
        self._clock.join()

    def _follow_by_the_clock(self) -> None:
        self._follow_aside()
        while not self._closed.wait(LOOK_EVERY_S):
            self._follow_aside()

    def _follow_soon(self, session: Session) -> None:
        """A few episodes are taken in at once; while many are, as after the first start, or while
        the disk takes nothing, questions are answered from what there is."""
        if self._following.locked():
            return
        self._followed_at = time.monotonic()
        try:
            current = meaning_queries.list_current(session, choice.MODEL)
            if self._folder.open().count_missing(current) > FEW:
                threading.Thread(target=self._follow_aside, name="meaning", daemon=True).start()
            else:
                self.follow(session)
        except UNUSABLE:
            log.warning(FAILED, exc_info=True)

    def _follow_aside(self) -> None:
        with self._following:
            try:
                with self._database.reading() as session:
                    self.follow(session)
            except (SQLAlchemyError, *UNUSABLE):
                log.warning(FAILED, exc_info=True)

"""Reads what people say about playlists and put into them, from forms and from JSON alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from mediashare.errors import InvalidInputError
from mediashare.library import forms as library_forms
from mediashare.library.models import Audience
from mediashare.playlists import policy
from mediashare.playlists.models import NOTE_LENGTH, TITLE_LENGTH, Playlist
from mediashare.playlists.service import Choice, PlaylistDetails, Span
from mediashare.sentences import said
from mediashare.text import clean_line, read_text

MAX_DESCRIPTION = 4000


def read_details(data: Mapping[str, Any]) -> PlaylistDetails:
    """A title, a description, and who sees it: nobody else unless said; raises InvalidInputError
    naming each field that can't be used."""
    errors: dict[str, str] = {}
    title = read_text(data, "title", TITLE_LENGTH, errors, clean_line)
    if not title:
        errors.setdefault("title", said("Give it a title."))
    audience = _read_audience(data.get("audience"), errors)
    group_id = _read_group(data.get("group"), errors) if audience is Audience.GROUP else None
    if audience is Audience.GROUP and group_id is None:
        errors.setdefault("group", said("Choose a group."))
    details = PlaylistDetails(
        title=title,
        description=read_text(data, "description", MAX_DESCRIPTION, errors),
        audience=audience,
        group_id=group_id,
    )
    if errors:
        raise InvalidInputError(errors=errors)
    return details


def read_change(data: Mapping[str, Any], playlist: Playlist) -> PlaylistDetails:
    """The same of a list that there is already; what is not said stays as it is."""
    before = {
        "title": playlist.title,
        "description": playlist.description,
        "audience": playlist.audience.value,
        "group": playlist.group_id,
    }
    return read_details({**before, **data})


def read_item(data: Mapping[str, Any]) -> tuple[str, Span, str]:
    """The id of an episode, which span of it, and a note."""
    errors: dict[str, str] = {}
    ident = data.get("episode_id")
    if not _is_ident(ident):
        errors["episode_id"] = said("Must be the id of an episode.")
    span = _read_span(data, "start", errors)
    note = read_text(data, "note", NOTE_LENGTH, errors)
    if errors:
        raise InvalidInputError(errors=errors)
    return str(ident), span, note


def read_note(data: Mapping[str, Any]) -> str:
    """Why something is in the list; nothing is an answer too."""
    errors: dict[str, str] = {}
    note = read_text(data, "note", NOTE_LENGTH, errors)
    if errors:
        raise InvalidInputError(errors=errors)
    return note


def read_order(data: Mapping[str, Any]) -> Sequence[str]:
    """The ids of all items, as they are to follow each other."""
    idents = data.get("items")
    if not isinstance(idents, list) or not all(isinstance(ident, str) for ident in idents):
        raise InvalidInputError(errors={"items": said("Must be a list of the ids of all items.")})
    return idents


def read_step(data: Mapping[str, Any]) -> int:
    """Which way an item is to go by one place."""
    steps = {"up": -1, "down": 1}
    try:
        return steps[str(data.get("direction"))]
    except KeyError as error:
        raise InvalidInputError(errors={"direction": said("Must be up or down.")}) from error


def read_choice(data: Mapping[str, Any], shown: Sequence[str], wanted: Sequence[str]) -> Choice:
    """Which lists are to have an episode or a span of it: those ticked, and the one that is named
    anew."""
    errors: dict[str, str] = {}
    span = _read_span(data, "t", errors)
    title = read_text(data, "title", TITLE_LENGTH, errors, clean_line)
    if errors:
        raise InvalidInputError(errors=errors)
    idents = [ident for ident in shown if _is_ident(ident)][: policy.MOST_PLAYLISTS]
    return Choice(span=span, shown=idents, wanted=wanted, title=title)


def find_span(query: Mapping[str, str]) -> Span:
    """The span that an address names by `t` and `end`; the whole where it names none."""
    errors: dict[str, str] = {}
    span = _read_span(query, "t", errors)
    return Span() if errors else span


def find_place(query: Mapping[str, str]) -> tuple[str, str]:
    """Which playlist is being played, and which of its items, as an address names them by `list`
    and `item`; nothing for what can't be one."""
    named = (query.get("list", ""), query.get("item", ""))
    playlist_id, item_id = (ident if _is_ident(ident) else "" for ident in named)
    return playlist_id, item_id


def read_whose(value: str | None) -> bool:
    """Whether a list of playlists is to have those of others too."""
    if value not in {None, "", "mine", "all"}:
        raise InvalidInputError(errors={"whose": said("Must be one of: mine, all.")})
    return value == "all"


def _read_span(data: Mapping[str, Any], start: str, errors: dict[str, str]) -> Span:
    start_ms = library_forms.read_time(data, start, errors) or 0
    end_ms = library_forms.read_time(data, "end", errors) or 0
    if end_ms and end_ms <= start_ms:
        errors.setdefault("end", said("The end must come after the start."))
    return Span(start_ms, end_ms)


def _read_audience(value: object, errors: dict[str, str]) -> Audience:
    wanted = [each for each in policy.AUDIENCES if each.value == (value or Audience.PRIVATE)]
    if not wanted:
        errors["audience"] = said("Must be one of: private, group, internal.")
        return Audience.PRIVATE
    return wanted[0]


def _read_group(value: object, errors: dict[str, str]) -> str | None:
    if value is None or value == "":
        return None
    if not _is_ident(value):
        errors["group"] = said("Must be the id of a group.")
        return None
    return str(value)


def _is_ident(value: object) -> bool:
    return isinstance(value, str) and value.isalnum() and value.isascii()

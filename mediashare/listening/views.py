"""Positions and ways of playing as the API writes them."""

from dataclasses import asdict
from typing import Any

from mediashare.accounts.policy import Playback
from mediashare.library import views as library_views
from mediashare.listening.models import Position
from mediashare.web import json_api


def begun_json(position: Position) -> dict[str, Any]:
    """An episode that somebody has begun, and how far they are."""
    return {
        "episode": library_views.episode_card(position.episode),
        "position": position.position,
        "updated_at": json_api.iso(position.updated_at),
    }


def playback_json(playback: Playback) -> dict[str, Any]:
    """How a person wants to play, on every device."""
    return asdict(playback)

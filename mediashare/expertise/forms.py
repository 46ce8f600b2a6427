"""Reads the name of a topic."""

from collections.abc import Mapping
from typing import Any

from mediashare.errors import InvalidInputError
from mediashare.expertise.models import TOPIC_LENGTH
from mediashare.library import forms as library_forms
from mediashare.sentences import said

NO_TOPIC = said("There is no such topic.")


def read_topic(data: Mapping[str, Any]) -> str:
    """A topic as tags are written; raises InvalidInputError where it can be none."""
    value = data.get("topic")
    topic = library_forms.read_tag(value) if isinstance(value, str) else ""
    if not topic or len(topic) > TOPIC_LENGTH:
        raise InvalidInputError(errors={"topic": NO_TOPIC})
    return topic

"""What somebody talks about, for programs."""

from typing import Any

from mediashare.expertise.queries import Expertise


def expertise_json(expertise: Expertise) -> dict[str, Any]:
    """Topics with their evidence, and how many people were helped."""
    return {
        "topics": [
            {"name": topic.name, "clips": topic.clips, "said": topic.said}
            for topic in expertise.topics
        ],
        "solved": expertise.solved,
    }

"""Imports every slice's models, so that the metadata is complete."""

from mediashare.accounts import models as accounts_models
from mediashare.audit import models as audit_models
from mediashare.chapters import models as chapters_models
from mediashare.checks import models as checks_models
from mediashare.db.base import Base
from mediashare.discussion import models as discussion_models
from mediashare.expertise import models as expertise_models
from mediashare.follows import models as follows_models
from mediashare.glossary import models as glossary_models
from mediashare.groups import models as groups_models
from mediashare.jobs import models as jobs_models
from mediashare.library import models as library_models
from mediashare.listening import models as listening_models
from mediashare.meaning import models as meaning_models
from mediashare.media import models as media_models
from mediashare.moderation import models as moderation_models
from mediashare.notifications import models as notifications_models
from mediashare.playlists import models as playlists_models
from mediashare.ratings import models as ratings_models
from mediashare.repairs import models as repairs_models
from mediashare.requests import models as requests_models
from mediashare.saved import models as saved_models
from mediashare.search import models as search_models
from mediashare.transcripts import models as transcripts_models
from mediashare.uploads import models as uploads_models

metadata = Base.metadata

__all__ = [
    "accounts_models",
    "audit_models",
    "chapters_models",
    "checks_models",
    "discussion_models",
    "expertise_models",
    "follows_models",
    "glossary_models",
    "groups_models",
    "jobs_models",
    "library_models",
    "listening_models",
    "meaning_models",
    "media_models",
    "metadata",
    "moderation_models",
    "notifications_models",
    "playlists_models",
    "ratings_models",
    "repairs_models",
    "requests_models",
    "saved_models",
    "search_models",
    "transcripts_models",
    "uploads_models",
]

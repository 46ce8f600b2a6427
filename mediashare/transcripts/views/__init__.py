"""How transcripts look from outside: as resources, as files, and as paragraphs of a page."""

from mediashare.transcripts.views.captions import make_cues as make_cues
from mediashare.transcripts.views.files import WRITERS as WRITERS
from mediashare.transcripts.views.files import Source as Source
from mediashare.transcripts.views.files import in_blocks as in_blocks
from mediashare.transcripts.views.paragraphs import paragraphs as paragraphs
from mediashare.transcripts.views.resources import MIME_TYPES as MIME_TYPES
from mediashare.transcripts.views.resources import files_json as files_json
from mediashare.transcripts.views.resources import label as label
from mediashare.transcripts.views.resources import language_json as language_json
from mediashare.transcripts.views.resources import name_language as name_language
from mediashare.transcripts.views.resources import summary_json as summary_json
from mediashare.transcripts.views.resources import transcript_json as transcript_json

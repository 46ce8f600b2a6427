"""What happens to glossaries: kept by people, used by recognition, learnt from corrections."""

from mediashare.glossary.service.keeping import MOST_SOUNDS as MOST_SOUNDS
from mediashare.glossary.service.keeping import EntryDetails as EntryDetails
from mediashare.glossary.service.keeping import accept as accept
from mediashare.glossary.service.keeping import add_entry as add_entry
from mediashare.glossary.service.keeping import change_entry as change_entry
from mediashare.glossary.service.keeping import dismiss as dismiss
from mediashare.glossary.service.keeping import keep_sounds as keep_sounds
from mediashare.glossary.service.keeping import remove_entry as remove_entry
from mediashare.glossary.service.learning import EDGES as EDGES
from mediashare.glossary.service.learning import SHORTEST_SOUND as SHORTEST_SOUND
from mediashare.glossary.service.learning import Correction as Correction
from mediashare.glossary.service.learning import forget as forget
from mediashare.glossary.service.learning import propose as propose
from mediashare.glossary.service.using import count_uses as count_uses

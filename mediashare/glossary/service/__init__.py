"""What happens to glossaries: kept by people, used by recognition, learnt from corrections."""

from mediashare.glossary.service.using import count_uses as count_uses

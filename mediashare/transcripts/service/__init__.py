"""What happens to transcripts: recognition of speech, and captions that authors bring."""

from mediashare.transcripts.service.captions import import_captions as import_captions
from mediashare.transcripts.service.checking import request_check as request_check
from mediashare.transcripts.service.following import delete_spoken as delete_spoken
from mediashare.transcripts.service.following import follow_version as follow_version
from mediashare.transcripts.service.reading import Caption as Caption
from mediashare.transcripts.service.reading import read_captions as read_captions
from mediashare.transcripts.service.recognition import SpokenSegment as SpokenSegment
from mediashare.transcripts.service.recognition import SpokenWord as SpokenWord
from mediashare.transcripts.service.recognition import begin as begin
from mediashare.transcripts.service.recognition import conclude as conclude
from mediashare.transcripts.service.recognition import fail as fail
from mediashare.transcripts.service.recognition import find_language as find_language
from mediashare.transcripts.service.recognition import keep_chunk as keep_chunk
from mediashare.transcripts.service.recognition import lose_chunk as lose_chunk
from mediashare.transcripts.service.recognition import plan as plan
from mediashare.transcripts.service.recognition import request_recognition as request_recognition
from mediashare.transcripts.service.recognition import retry as retry
from mediashare.transcripts.service.recognition import share_out as share_out
from mediashare.transcripts.service.recognition import take_chunk as take_chunk
from mediashare.transcripts.service.recognition import take_part as take_part

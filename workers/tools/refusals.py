"""Every sentence with which the gate refuses a recording; docs/formats.md lists them for people.

A `%(word)s` is filled in when the sentence is said.
"""

from mediashare.sentences import said

ACCEPTED = "MP4, MOV, M4A, WebM, MKV, MP3, AAC, Ogg, Opus, FLAC, WAV, AIFF, AVI or MPEG-TS"

EMPTY = said("The file is empty.")
NOT_MEDIA = said(
    "This is not an audio or video file that can be played here. Send %(accepted)s.",
    accepted=ACCEPTED,
)
PICTURE = said("This is a picture. Please send a recording with sound or moving pictures.")
TWO_THINGS = said(
    "The file is a recording and something else at once, such as an archive or a page. "
    "Please export the recording again and send that."
)
CUT_OFF = said(
    "The end of the file is missing, and with it the index that players need. Please send it again."
)
DAMAGED = said(
    "The file is damaged: it can't be read. Please check that it plays and send it again."
)
UNDECODABLE = said("Most of the file can't be decoded. It may be copy-protected or damaged.")
PROTECTED = said("The file is protected against copying, so that it can't be played here.")
NOTHING_IN_IT = said("There is neither sound nor a moving picture in this file.")
CODING = said(
    "A track of this file is coded as %(codec)s, which is not accepted here. "
    "Please convert it to H.264 or VP9 with AAC or Opus."
)
TOO_MANY_STREAMS = said("The file has more than %(limit)s tracks.")
TOO_MANY_CHAPTERS = said("The file has more than %(limit)s chapters or programs.")
TOO_MUCH_ATTACHED = said(
    "The file carries more than %(limit)s MB of attachments. "
    "Please send the recording without them."
)
TOO_COSTLY = said(
    "What the file says about itself takes too long to read. Please export the recording again."
)
TOO_LARGE = said("The picture is larger than 4096 x 2304 points. Please send a smaller version.")
TOO_FAST = said(
    "The file has more than %(limit)s pictures per second. Please send a slower version."
)
TOO_DENSE = said("The file is cut into more pieces than a recording needs. Please export it again.")
UNUSUAL_SOUND = said(
    "The sound has %(channels)s channels at %(rate)s Hz, which can't be played here."
)
TOO_LONG = said("The recording is longer than %(hours)s hours.")
TOO_SHORT = said("The recording is too short: there is nothing to play.")

SENTENCES = (
    *(
        EMPTY,
        NOT_MEDIA,
        PICTURE,
        TWO_THINGS,
        CUT_OFF,
        DAMAGED,
        PROTECTED,
        UNDECODABLE,
        NOTHING_IN_IT,
        CODING,
    ),
    *(
        TOO_MANY_STREAMS,
        TOO_MANY_CHAPTERS,
        TOO_MUCH_ATTACHED,
        TOO_COSTLY,
        TOO_LARGE,
        TOO_FAST,
        TOO_DENSE,
    ),
    *(UNUSUAL_SOUND, TOO_LONG, TOO_SHORT),
)

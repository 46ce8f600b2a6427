"""A talk with three topics that nobody could mistake for each other, as a recogniser writes it."""

from mediashare.transcripts.queries import SaidSegment

CERTIFICATES = (
    "Good morning, I want to show you why our certificates fail after a rollout.",
    "On staging the pods came up healthy, and the first call failed with an unknown authority.",
    "The certificate itself was fine, we checked its dates and its issuer by hand.",
    "What was old was the trust store, the list of authorities that a process believes in.",
    "Our sidecar reads the trust store once, when the container starts.",
    "The agent writes the new intermediate certificate a few seconds later than that.",
    "So the sidecar goes on with yesterday's authority, and every handshake is refused.",
    "Restarting one pod helps, because then the sidecar reads the trust store again.",
    "We had mounted a single file instead of the directory, so the new certificate was never seen.",
    "Mount the directory, and the sidecar finds the rotated certificate by itself.",
    "Since we mount the directory, not one handshake has failed on an unknown authority.",
    "If your certificate is refused after a rollout, look at the trust store before anything else.",
)
BACKUPS = (
    "Now to something different, the nightly backup of the warehouse.",
    "A backup that nobody has restored is not a backup, it is a hope.",
    "Every night we copy the database to a second machine and verify the copy there.",
    "Verifying means that we restore the tables and count the rows of each table.",
    "In March the restore took nine hours, because the disk of that machine was nearly full.",
    "We moved the archive to a larger disk, and the restore takes forty minutes now.",
    "The archive keeps thirty nights, after that the oldest backup is deleted.",
    "When the restore fails, the person on call gets a message with the name of the table.",
    "Please do not start long queries at two o'clock, the backup reads the database then.",
    "A slow query makes the backup wait, and then the archive is late for everybody.",
    "Once a quarter we restore a whole backup into an empty database and let people work with it.",
    "That exercise has found more mistakes in the archive than all our alarms together.",
)
KITCHEN = (
    "Last thing, and you have all asked for it, the coffee machine in the kitchen.",
    "The new coffee machine grinds the beans for each cup, so it takes a little longer.",
    "Fill the water tank in the morning, the machine stops in the middle of a cup otherwise.",
    "The beans are in the cupboard above the sink, the dark roast on the left.",
    "Milk goes into the small fridge, and please write a date on it.",
    "If the coffee tastes bitter, the grinder is set too fine, turn the wheel to the right.",
    "On Fridays somebody cleans the grinder and the milk nozzle, the list hangs on the fridge.",
    "Do not put the milk jug into the dishwasher, its handle melts.",
    "The old machine went to the workshop, where they drink more coffee than we do.",
    "When the beans run out, tell the front desk, they order a new roast within two days.",
    "A cup of coffee costs nothing, but the kitchen is happy about cake.",
    "That was all from me, enjoy the coffee and see you next week.",
)
TOPICS = (CERTIFICATES, BACKUPS, KITCHEN)
SENTENCE_MS = 8000


def talk(*topics: tuple[str, ...]) -> list[SaidSegment]:
    """The segments of a talk: a sentence each, spoken in seven seconds and followed by a breath."""
    return [
        SaidSegment(number * SENTENCE_MS, number * SENTENCE_MS + 7000, text)
        for number, text in enumerate(text for topic in topics or TOPICS for text in topic)
    ]


def length_ms(segments: list[SaidSegment]) -> int:
    """How long that talk is."""
    return len(segments) * SENTENCE_MS

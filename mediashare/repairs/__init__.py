"""Transcripts put right by people: fixed at once or suggested, reviewed, undone, credited."""

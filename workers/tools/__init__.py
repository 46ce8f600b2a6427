"""The programs that handlers use: ffmpeg, ffprobe, speech recognisers; one file each."""

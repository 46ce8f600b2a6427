"""Speech recognition: engines behind one port, run in a child process of the worker."""

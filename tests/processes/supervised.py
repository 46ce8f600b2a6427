"""A supervisor over little programs, as a process that tests can kill.

`python -m tests.processes.supervised FOLDER SCRIPT…` runs each script (Python) as one program.
Whoever listens on the port that they are given makes the house complete. The first is vital.
"""

import sys
from pathlib import Path

from mediashare import logs, processes
from mediashare.processes import Program, Supervisor
from tests.servers.ports import free_port

PRELUDE = """
import os, pathlib, signal, socket, sys, time
folder, port = pathlib.Path(sys.argv[1]), int(sys.argv[2])
def note(line):
    with (folder / "notes").open("a") as notes:
        notes.write(f"{line} {os.getpid()}\\n")
"""


def main(folder: str, *scripts: str) -> int:
    logs.configure(env="development", level="INFO")
    # Patience for tests: what takes longer than this has failed.
    processes.STOP_PATIENCE_S = 2.0
    processes.RESTARTS = 1
    port = free_port()
    programs = [
        Program(
            f"program{number}",
            [sys.executable, "-c", PRELUDE + script, folder, str(port)],
            is_vital=number == 0,
        )
        for number, script in enumerate(scripts)
    ]
    started = Path(folder) / "started"
    return Supervisor(programs, ("127.0.0.1", port), started.touch, fine_after_s=0.3).run()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

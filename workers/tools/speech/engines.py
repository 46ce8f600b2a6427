"""Opens an engine by its name; only the one that is asked for is imported."""

from pathlib import Path

from workers.tools.speech.faster_engine import FasterWhisperEngine
from workers.tools.speech.port import Engine
from workers.tools.speech.remote_calls import RemoteServer
from workers.tools.speech.remote_engine import RemoteEngine
from workers.tools.speech.sphinx_engine import PocketsphinxEngine
from workers.tools.speech.whisper_engine import WhisperEngine


def open_engine(
    name: str, path: Path | None, device: str, remote: RemoteServer | None = None
) -> Engine:
    """The engine with this name and the model at `path`, on `device` (auto, cpu or cuda), or at
    the server `remote`."""
    if name == "pocketsphinx":
        return PocketsphinxEngine()
    if remote is not None:
        return RemoteEngine(remote)
    if path is None:
        msg = f"the engine {name} needs the path of a model"
        raise ValueError(msg)
    if name == "whisper":
        return WhisperEngine(path, device)
    if name == "faster-whisper":
        return FasterWhisperEngine(path, device)
    msg = f"there is no engine {name}"
    raise ValueError(msg)

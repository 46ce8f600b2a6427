"""The tokenizer of openai-whisper in the format of the tokenizers package.

The wheel of openai-whisper carries the ranks of its byte pairs. From them the merges are found
again: a token is made of the two parts that are left when all merges of lower ranks are done.
"""

import base64
import itertools
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

import tokenizers

# openai-whisper comes without types.
WhisperTokenizer: TypeAlias = Any

# English models have one token less: they have no need to say that they do not translate.
MULTILINGUAL = 51_865
# All tokens of a model that are neither languages nor that one.
OTHERS = 51_765
PAIR = 2


def is_multilingual(size: int) -> bool:
    """Whether a model with so many tokens knows more languages than English."""
    return size >= MULTILINGUAL


def open_tokenizer(size: int, language: str = "en") -> WhisperTokenizer:
    """openai-whisper's own tokenizer for a model with so many tokens."""
    from whisper.tokenizer import get_tokenizer

    several = is_multilingual(size)
    return get_tokenizer(
        multilingual=several,
        num_languages=size - OTHERS - int(several),
        language=language,
        task="transcribe",
    )


def write(path: Path, tokenizer: WhisperTokenizer, size: int) -> Sequence[str]:
    """Write the file `tokenizer.json` for a model with so many tokens; returns them in order."""
    ranks = _ranks(tokenizer)
    merges = [
        _pair(token, rank, ranks)
        for token, rank in sorted(ranks.items(), key=lambda item: item[1])
        if len(token) > 1
    ]
    vocabulary = {_name(token): rank for token, rank in ranks.items()}
    made = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=vocabulary, merges=merges))
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    special = sorted(tokenizer.special_tokens, key=tokenizer.special_tokens.__getitem__)
    made.add_special_tokens(
        [tokenizers.AddedToken(name, special=True, normalized=False) for name in special]
    )
    _check(made, tokenizer.special_tokens)
    made.save(str(path))
    return [made.id_to_token(number) or "" for number in range(size)]


def _check(made: tokenizers.Tokenizer, special: Mapping[str, int]) -> None:
    """Raises ValueError where numbers would mean something else than what the model has learnt."""
    for name, number in special.items():
        if made.token_to_id(name) != number:
            msg = f"the token {name} is number {made.token_to_id(name)} and not {number}"
            raise ValueError(msg)


def _ranks(tokenizer: WhisperTokenizer) -> dict[bytes, int]:
    spec = find_spec("whisper")
    if spec is None or spec.origin is None:
        msg = "openai-whisper is not installed"
        raise ModuleNotFoundError(msg)
    path = Path(spec.origin).parent / "assets" / tokenizer.encoding.name
    lines = path.read_text().splitlines()
    return {base64.b64decode(token): int(rank) for token, rank in map(str.split, lines)}


def _name(token: bytes) -> str:
    return "".join(LETTERS[byte] for byte in token)


def _letters() -> Mapping[int, str]:
    """Each byte as the letter that byte-level tokenizers write it with."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {
        **{byte: chr(byte) for byte in printable},
        **{byte: chr(256 + number) for number, byte in enumerate(others)},
    }


LETTERS = _letters()


def _pair(token: bytes, rank: int, ranks: Mapping[bytes, int]) -> tuple[str, str]:
    parts = [bytes([byte]) for byte in token]
    while len(parts) > PAIR:
        known = [ranks.get(first + then, rank) for first, then in itertools.pairwise(parts)]
        best = min(range(len(known)), key=known.__getitem__)
        parts[best : best + 2] = [parts[best] + parts[best + 1]]
    first, then = parts
    return _name(first), _name(then)

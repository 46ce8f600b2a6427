"""The model makes the vectors that its makers' own code makes."""

import numpy as np
import pytest

from mediashare.vectors import choice, encoder
from mediashare.vectors.choice import NoModelError
from mediashare.vectors.encoder import Encoder

# What Hugging Face's own service answers with this model to the example of its documentation.
SOURCE = "That is a happy person"
PUBLISHED = {
    "That is a happy dog": 0.6945773363113403,
    "That is a very happy person": 0.9429150819778442,
    "Today is a sunny day": 0.2568760812282562,
}


def test_it_is_as_sure_as_the_original() -> None:
    model = encoder.load()

    found = model.passages(list(PUBLISHED)) @ model.question(SOURCE)

    assert found.tolist() == pytest.approx(list(PUBLISHED.values()), abs=1e-4)


def test_a_text_means_the_same_whatever_stands_beside_it() -> None:
    model = encoder.load()
    texts = ["short", "a text of many more words than the other has " * 40]

    together, alone = model.passages(texts), [model.question(text) for text in texts]

    assert np.allclose(together, alone, atol=1e-5)


def test_an_empty_text_has_a_vector_too() -> None:
    assert np.isfinite(encoder.load().question("")).all()


def test_other_weights_than_the_published_are_refused(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("model")
    (folder / "model.safetensors").write_bytes((0).to_bytes(8, "little"))

    with pytest.raises(NoModelError, match="not the published model"):
        Encoder(folder)


def test_the_extra_is_installed_where_the_tests_run() -> None:
    assert choice.is_installed()

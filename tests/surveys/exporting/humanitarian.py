"""libhxl, the humanitarian exchange language's own reader."""

import io
import sys
from types import SimpleNamespace
from typing import Any

# libhxl wants `six` for one name and does not say so; what used to bring it along no longer needs it.
sys.modules.setdefault("six", SimpleNamespace(string_types=(str,)))  # type: ignore[arg-type]


def read_hxl(content: bytes) -> Any:
    """The file as libhxl understands it."""
    import hxl

    return hxl.data(io.BytesIO(content)).cache()

"""libhxl, the humanitarian exchange language's own reader."""

import io
from typing import Any

import hxl


def read_hxl(content: bytes) -> Any:
    """The file as libhxl understands it."""
    return hxl.data(io.BytesIO(content)).cache()

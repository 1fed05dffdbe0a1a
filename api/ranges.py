"""Files handed over in pieces: a player asks for the middle of a sound before it has heard the beginning."""

import re

from starlette.requests import Request
from starlette.responses import Response

_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


def begins(request: Request) -> bool:
    """Whether a file is opened by this request, and not read on."""
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    return asked is None or asked[1] in ("", "0")


def hand_over(request: Request, content: bytes, *, media_type: str, disposition: str) -> Response:
    """The whole file, or the one piece that was asked for. Several pieces at once get the whole."""
    headers = {"Content-Disposition": disposition, "Accept-Ranges": "bytes"}
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or asked[0] == "bytes=-":
        return Response(content, media_type=media_type, headers=headers)
    first, last = _piece(asked[1], asked[2], len(content))
    if first > last:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(content)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], 206, media_type=media_type, headers=headers)


def _piece(first: str, last: str, size: int) -> tuple[int, int]:
    """First and last byte, both included; the first after the last where there is no such piece."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last or size), size - 1)

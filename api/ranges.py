"""Files handed over in pieces: a player asks for the middle of a sound before it has heard the beginning."""

import re
from collections import OrderedDict
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from api.services import Services
from core.audit import note_act
from core.clock import now

_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
_READS_ON = timedelta(hours=1)
_FILES_KEPT = 10_000


class Openings:
    """Which account opened which file lately. Kept in memory: what a process does not know of is noted once more."""

    def __init__(self) -> None:
        self._opened: OrderedDict[tuple[int, str], datetime] = OrderedDict()

    async def note(
        self, request: Request, act: str, account_id: int, consultation_id: int, file: str
    ) -> None:
        """Note that a file is opened, at whichever byte; not that one opened within the hour is read on."""
        key = account_id, file
        if not _begins(request) and key in self._opened and now() - self._opened[key] < _READS_ON:
            return
        services: Services = request.app.state.services
        await services.database.run(note_act, account_id, act, "consultation", consultation_id)
        self._opened[key] = now()
        self._opened.move_to_end(key)
        if len(self._opened) > _FILES_KEPT:
            self._opened.popitem(last=False)


def _begins(request: Request) -> bool:
    """Whether a file is asked for from its first byte on."""
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    return asked is None or asked[0] == "bytes=-" or int(asked[1] or 1) == 0


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

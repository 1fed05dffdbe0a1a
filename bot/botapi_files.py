"""The files of the fake Bot API: what was uploaded, found again by id or by path."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from bot.botapi_errors import ApiError, bad_request
from bot.botapi_rules import DOWNLOAD_LIMIT, UPLOAD_LIMIT

KEPT_BYTES = 64 * 1024 * 1024


class Upload(NamedTuple):
    """A file on its way in, as it stands in a call."""

    name: str
    content: bytes
    mime: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that was sent or received. Its id cannot be guessed."""

    id: str
    name: str
    mime: str
    content: bytes
    path: str

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)

    def to_json(self, **more: Any) -> dict[str, Any]:
        """The file as Telegram describes it inside a message."""
        return {"file_id": self.id, "file_unique_id": self.id[-16:], "file_size": self.size, **more}


class Files:
    """All files, at most `KEPT_BYTES` of them: the oldest give way."""

    def __init__(self) -> None:
        self._by_id: dict[str, File] = {}
        self._by_path: dict[str, File] = {}
        self._bytes = 0

    def add(self, kind: str, upload: Upload) -> File:
        """Keep a file."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > UPLOAD_LIMIT:
            raise ApiError(413, "Request Entity Too Large")
        file_id = secrets.token_urlsafe(36)
        ending = f".{upload.name.rsplit('.', 1)[1]}" if "." in upload.name else ""
        file = File(file_id, upload.name, upload.mime, upload.content, f"{kind}s/{file_id[:24]}{ending}")
        self._by_id[file_id] = self._by_path[file.path] = file
        self._bytes += file.size
        while self._bytes > KEPT_BYTES and len(self._by_id) > 1:
            self._drop(next(iter(self._by_id.values())))
        return file

    def _drop(self, file: File) -> None:
        del self._by_id[file.id], self._by_path[file.path]
        self._bytes -= file.size

    def find(self, file_id: str) -> File | None:
        """The file with this id."""
        return self._by_id.get(file_id)

    def find_by_path(self, path: str) -> File | None:
        """The file that getFile promised under this path."""
        return self._by_path.get(path)

    def read(self, given: Mapping[str, Any], kind: str) -> File:
        """The file of a call: uploaded with it, or the id of one that is already here."""
        value = given.get(kind)
        if isinstance(value, str) and value.startswith("attach://"):
            value = given.get(value.removeprefix("attach://"))
        if isinstance(value, Upload):
            return self.add(kind, value)
        if not value:
            raise bad_request(f"there is no {kind} in the request")
        file = self.find(str(value))
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return file

    def describe(self, file_id: str) -> dict[str, Any]:
        """What getFile answers."""
        file = self.find(file_id)
        if file is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if file.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return file.to_json(file_path=file.path)

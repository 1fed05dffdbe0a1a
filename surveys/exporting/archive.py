"""Several files that belong together in one .zip, the dictionary with them."""

import shutil
from types import TracebackType
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_OLDEST = (1980, 1, 1, 0, 0, 0)
"""When the files say that they were made: an archive tells nothing of the day."""


class Archive:
    """A .zip being written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w", ZIP_DEFLATED)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def add(self, name: str, file: IO[bytes]) -> None:
        """Copy a file from its beginning."""
        file.seek(0)
        with self.member(name) as member:
            shutil.copyfileobj(file, member, 1 << 18)

    def member(self, name: str) -> IO[bytes]:
        """A file to be written into it; it must be closed before the next."""
        info = ZipInfo(name, _OLDEST)
        info.compress_type = ZIP_DEFLATED
        return self._zip.open(info, "w", force_zip64=True)

    def add_bytes(self, name: str, content: bytes) -> None:
        """Write a small file."""
        info = ZipInfo(name, _OLDEST)
        info.compress_type = ZIP_DEFLATED
        self._zip.writestr(info, content)

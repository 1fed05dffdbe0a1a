"""The envelope of a backup: lines, packed by gzip, sealed by age. `age -d -i KEY FILE | gunzip` opens it too."""

import gzip
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import IO

import pyrage
from pyrage import x25519

from rimay.backup.refusals import Damaged, NotABackup, WrongKey

BEGINNING = b"age-encryption.org/v1"
"""Of every file that age sealed."""

_LONGEST_LINE = 160 * 1024 * 1024
_QUICK = 1  # what weighs most is sealed already and does not get smaller
_GZIP = 31


def seal(lines: Iterable[bytes], file: IO[bytes], recipients: Sequence[x25519.Recipient]) -> None:
    """Write the lines so that only the recipients can read them. Never holds more than a few of them."""
    source, sink = _Source(_packed(lines)), _Sink(file)
    try:
        pyrage.encrypt_io(source, sink, recipients)
    finally:
        # It turns our errors into its own, and the one of the last write into silence.
        for trouble in (source.trouble, sink.trouble):
            if trouble is not None:
                raise trouble from None


def _packed(lines: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_QUICK, wbits=_GZIP)
    for line in lines:
        if packed := packer.compress(line):
            yield packed
    yield packer.flush()


class _Source:
    """What age reads from; it remembers what went wrong, which age would turn into words."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._piece = memoryview(b"")
        self.trouble: BaseException | None = None

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""
        try:
            while not self._piece:
                self._piece = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as error:  # a Ctrl-C too arrives here
            self.trouble = error
            raise
        taken, self._piece = self._piece[:size], self._piece[size:]
        return bytes(taken)


class _Sink:
    """What age writes to; it remembers as well: a disk that is full, say."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.trouble: BaseException | None = None

    def write(self, content: bytes) -> int:
        """All of it."""
        try:
            return self._file.write(content)
        except BaseException as error:
            self.trouble = error
            raise

    def flush(self) -> None:
        """Nothing is held back here."""


class Lines:
    """The lines of an opened envelope, one after another. Raises Damaged, WrongKey where it cannot go on."""

    def __init__(self, path: Path, identities: Sequence[x25519.Identity]) -> None:
        self._trouble: Exception | None = None
        mine, theirs = os.pipe()
        self._pipe = os.fdopen(mine, "rb")
        self._file = gzip.GzipFile(fileobj=self._pipe)
        self._thread = Thread(target=self._open, args=(path, identities, theirs), daemon=True)
        self._thread.start()

    def _open(self, path: Path, identities: Sequence[x25519.Identity], pipe: int) -> None:
        # What was reached before a fault in the file is genuine; the reader trusts nothing until the end is.
        try:
            with os.fdopen(pipe, "wb") as out, path.open("rb") as sealed:
                pyrage.decrypt_io(sealed, out, identities)
        except Exception as error:
            self._trouble = error

    def take(self) -> bytes:
        """The next line; nothing at the end, once the seal of the whole file has been found good."""
        try:
            line = self._file.readline(_LONGEST_LINE)
        except (EOFError, OSError, zlib.error) as error:
            self._thread.join()
            raise self._reason() from error
        if not line:
            self._thread.join()
            if self._trouble is not None:
                raise self._reason()
        elif not line.endswith(b"\n"):
            raise Damaged
        return line

    def _reason(self) -> Damaged | WrongKey:
        if isinstance(self._trouble, pyrage.DecryptError) and "matching" in str(self._trouble):
            return WrongKey()
        return Damaged()

    def close(self) -> None:
        """Let go, wherever it stands."""
        with suppress(OSError):
            self._file.close()
        self._pipe.close()
        self._thread.join()


@contextmanager
def opened(path: Path, identities: Sequence[x25519.Identity]) -> Iterator[Lines]:
    """The lines of a file that was sealed for one of these identities."""
    with path.open("rb") as file:
        if file.read(len(BEGINNING)) != BEGINNING:
            raise NotABackup
    lines = Lines(path, identities)
    try:
        yield lines
    finally:
        lines.close()

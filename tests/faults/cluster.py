"""A PostgreSQL server of our own, which may be stopped as hard as we like."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_DEBIAN = Path("/usr/lib/postgresql")
_SETTINGS = "fsync=off", "full_page_writes=off", "listen_addresses='127.0.0.1'", "max_connections=60"
"""Nothing here outlives the machine; a server that is stopped at once loses nothing by that."""


def find_binaries() -> Path | None:
    """Where the newest `initdb` is; Debian keeps it out of the way."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).resolve().parent
    found = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Cluster:
    """Made anew, with nothing in it; it belongs to `postgres` where the tests are run by root."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="rimay-"))
        self._port = _free_port()
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self._call(
            "initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "--no-locale"
        )
        settings = "".join(f"{setting}\n" for setting in (*_SETTINGS, f"port={self._port}"))
        with (self._folder / "data" / "postgresql.conf").open("a") as file:
            file.write(f"unix_socket_directories='{self._folder}'\n{settings}")

    @property
    def url(self) -> str:
        """Its first database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Return when it takes connections."""
        self._call("pg_ctl", "start", "--wait", "--silent", f"--log={self._folder / 'log'}")

    def crash(self) -> None:
        """Stop at once, without a word to anybody; the next start recovers from the log."""
        self._call("pg_ctl", "stop", "--mode=immediate", "--silent")

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        if (self._folder / "data" / "postmaster.pid").exists():
            self.crash()
        shutil.rmtree(self._folder)

    def _call(self, program: str, *options: str) -> None:
        command = [str(self._binaries / program), *options, f"--pgdata={self._folder / 'data'}"]
        extra: list[int] | None = [] if self._user else None
        subprocess.run(
            command, check=True, cwd=self._folder, user=self._user, group=self._user, extra_groups=extra,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A cluster that takes connections, else the test is skipped."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL's own programs (initdb, pg_ctl) are not on this machine")
    cluster = Cluster(binaries)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])

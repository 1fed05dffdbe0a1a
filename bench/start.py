"""Memory of `rimay demo` once it serves the loaded demonstration, and the time of a cold start.

    python -m bench.start [--starts 3]

A cold start: from the command to the first answer over HTTP, in a new process. Beside it, the time in which the same
interpreter starts and imports nothing of ours but the web framework: no server in Python starts faster.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

_PATIENCE = 60.0


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "rimay", *words]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
            return True
    except (URLError, OSError):
        return False


@contextmanager
def _served(home: Path) -> Iterator[tuple[int, float]]:
    """The process id of a server that has answered, and how many seconds that took."""
    port = _free_port()
    start = monotonic()
    server = subprocess.Popen(
        _command("demo", "--port", str(port)),
        env={**os.environ, "RIMAY_HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )
    try:
        while not _answers(port):
            if server.poll() is not None or monotonic() - start > _PATIENCE:
                raise SystemExit("the server did not answer")
            sleep(0.01)
        yield server.pid, monotonic() - start
    finally:
        server.terminate()
        server.wait()


def _megabytes(pid: int) -> float:
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) / 1024


def _least() -> float:
    start = monotonic()
    subprocess.run([sys.executable, "-c", "import fastapi, uvicorn"], check=True)
    return monotonic() - start


def main() -> None:
    """Load the demonstration once, start it some times, print medians."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--starts", type=int, default=3)
    starts = parser.parse_args().starts
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        environment = {**os.environ, "RIMAY_HOME": folder}
        start = monotonic()
        subprocess.run(_command("demo", "--load-only"), env=environment, check=True, capture_output=True)
        print(f"loading the demonstration  {monotonic() - start:6.1f} s", flush=True)
        seconds, memory, least = [], [], []
        for _ in range(starts):
            with _served(home) as (pid, waited):
                seconds.append(waited)
                memory.append(_megabytes(pid))
            least.append(_least())
    ratio = median(seconds) / median(least)
    print(
        f"cold start                 {median(seconds):6.2f} s   {ratio:.1f} times importing the web framework"
    )
    print(f"memory while serving       {median(memory):6.0f} MB")


if __name__ == "__main__":
    main()

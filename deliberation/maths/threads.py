"""Linear algebra on one thread: sums in one order, so that the bits do not depend on how many cores there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from scipy import linalg  # noqa: F401  (its own BLAS is there before the libraries are looked for)
from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """BLAS and LAPACK work on one thread inside."""
    with _libraries().limit(limits=1, user_api="blas"):
        yield


@cache
def _libraries() -> ThreadpoolController:
    """The libraries of this process: looking for them takes longer than most of the maths."""
    return ThreadpoolController()

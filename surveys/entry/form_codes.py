"""The code on a printed form, such as "K7M2-4QXR": seven drawn characters and one that checks them.

Nobody can mistake a character for another, as 0 O 1 I L are left out. 31 letters are a prime number of letters, so that
a weighted sum finds every single wrong character and every two that changed places, adjacent or not.
"""

import re
from random import Random, SystemRandom

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
_SURE = SystemRandom()
_SEPARATORS = re.compile(r"[\s._\u2010-\u2015-]")


def make_code(draw: Random = _SURE) -> str:
    """A fresh code, written as it is printed: "K7M2-4QXR". It says nothing of the form or of who fills it in."""
    drawn = [draw.randrange(len(ALPHABET)) for _ in range(LENGTH - 1)]
    # The last weight is LENGTH: its inverse brings the whole sum to zero.
    check = -_weighed(drawn) * pow(LENGTH, -1, len(ALPHABET)) % len(ALPHABET)
    letters = "".join(ALPHABET[value] for value in [*drawn, check])
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def read_code(written: str) -> str | None:
    """The code as it is printed, however somebody typed it (case, spaces, hyphens); None where it cannot be one."""
    letters = _SEPARATORS.sub("", written).upper()
    if len(letters) != LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    if _weighed([ALPHABET.index(letter) for letter in letters]) % len(ALPHABET):
        return None
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def _weighed(values: list[int]) -> int:
    return sum(weight * value for weight, value in enumerate(values, start=1))

"""Numbers and signs as buttons carry them: short, in ASCII."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LARGEST = 2**53


def short(number: int) -> str:
    """A whole number, none below 0, in as few letters as possible."""
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def number(text: str) -> int:
    """The number again. Raises ValueError for what `short` does not write."""
    if not text or not text.isascii() or not text.isalnum() or len(text) > 11:
        raise ValueError(text)
    found = int(text, 36)
    if found > _LARGEST:
        raise ValueError(text)
    return found


def sign(value: bool) -> str:
    """Yes or no."""
    return "y" if value else "n"


def yes(sign: str) -> bool:
    """Whether it is yes. Raises KeyError for what is neither."""
    return {"y": True, "n": False}[sign]

"""The targets of the Sustainable Development Goals that speak of people on the move, and who may decide what.

Their words are in the catalogue, under the same codes.
"""

GOALS = (
    "1.4", "3.8", "4.1", "5.2", "8.8", "10.2", "10.3", "10.7", "16.b", "16.7", "17.14", "17.16", "17.17",
)  # fmt: skip
"""In the order of the United Nations' list (A/RES/71/313)."""

COMPETENCES = ("parish", "canton", "province", "region", "state")
"""Levels of government, the nearest first (Constitution of 2008, articles 261 to 267)."""


def goal_key(code: str) -> str:
    """The key of the words of a target."""
    return "sittings.sdg_" + code.replace(".", "_")

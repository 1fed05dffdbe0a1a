"""What units of government work on: the words are in the catalogue, under the same codes."""

AREAS = (
    "food", "health", "violence", "disability", "economy", "education", "mobility", "culture", "environment",
    "roads", "planning", "participation", "other",
)  # fmt: skip
"""Food sovereignty, health, domestic violence, disability, economic development, and so on."""

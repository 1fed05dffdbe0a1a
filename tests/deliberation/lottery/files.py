"""Files of a draw for tests: quotas and a pool of people with features at random, some of them in households."""

from pathlib import Path

import numpy as np

CATEGORIES = {
    "género": ("mujer", "hombre"),
    "edad": ("joven", "adulta", "mayor"),
    "cantón": ("Ibarra", "Otavalo"),
}


def write_pool(folder: Path, seed: int = 1, people: int = 60, homes: int = 0) -> list[str]:
    """Write respondents.csv: id, categories, house, and a name that is not to be read. Its lines without the header."""
    chance = np.random.default_rng(seed)
    lines = []
    for number in range(people):
        features = [str(chance.choice(features)) for features in CATEGORIES.values()]
        house = f"house-{number // 2}" if number < 2 * homes else ""
        lines.append(",".join([f"n{number:03}", *features, house, f"Persona {number}"]))
    write_lines(folder, lines)
    return lines


def write_lines(folder: Path, lines: list[str]) -> None:
    header = ",".join(["id", *CATEGORIES, "house", "name"])
    (folder / "respondents.csv").write_text("\n".join([header, *lines]) + "\n")


def write_quotas(folder: Path, seats: int = 12, leeway: int = 1) -> list[str]:
    """Equal shares of each category, more or less."""
    lines = []
    for category, features in CATEGORIES.items():
        for feature in features:
            share = seats // len(features)
            lines.append(f"{category},{feature},{share - leeway},{share + leeway}")
    write_quota_lines(folder, lines)
    return lines


def write_quota_lines(folder: Path, lines: list[str]) -> None:
    (folder / "categories.csv").write_text("\n".join(["category,feature,min,max", *lines]) + "\n")

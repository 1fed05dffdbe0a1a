"""A .sav as SPSS, PSPP, R and pandas read it, written while its cases are made."""

from collections.abc import Iterable, Sequence
from typing import IO

from surveys.exporting.sav_cases import Cell, Packer
from surveys.exporting.sav_records import Variable, dictionary_of


def write_sav(
    file: IO[bytes], variables: Sequence[Variable], chunks: Iterable[Sequence[Sequence[Cell]]], cases: int
) -> None:
    """Write the file from its beginning to its end; it need not be one in which one can go back.

    chunks  some cases at a time, column by column: numbers, texts in UTF-8 no longer than their variable, None
    cases   how many there are in all
    """
    for record in dictionary_of(variables, cases):
        file.write(record)
    packer = Packer(variables)
    for columns in chunks:
        file.write(packer.add(columns))
    file.write(packer.rest())

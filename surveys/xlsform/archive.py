"""Whether a zipped workbook is safe to open. Nothing here trusts what the archive says of itself."""

import zipfile
from io import BytesIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from core.errors import Fault

LARGEST_ARCHIVE = 120_000_000
MOST_ENTRIES = 2_000
MOST_ROWS = 20_000
MOST_CELLS = 1_000_000
STEEPEST_RATIO = 400
"""A spreadsheet of repeated rows shrinks to a hundredth; one of zeros to a thousandth."""
RATIO_MATTERS_FROM = 10_000_000
CHUNK = 65_536


class Suspicious(Exception):
    """The archive is not one that an honest spreadsheet program writes."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def inspect_archive(content: bytes) -> Fault | None:
    """What is wrong with a zipped workbook, before anything else opens it; None when it is safe."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_declared_sizes(archive, len(content))
            _check_parts(archive)
    except Suspicious as suspicion:
        return suspicion.fault
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ):
        return Fault("not_a_workbook")
    except Exception as error:  # zlib, lzma and bz2 each have an error of their own for a damaged part
        if type(error).__module__ in {"zlib", "lzma", "_lzma", "bz2"}:
            return Fault("not_a_workbook")
        raise
    return None


def _check_declared_sizes(archive: zipfile.ZipFile, packed: int) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    too_steep = unpacked > RATIO_MATTERS_FROM and unpacked > packed * STEEPEST_RATIO
    if len(entries) > MOST_ENTRIES or unpacked > LARGEST_ARCHIVE or too_steep:
        raise Suspicious(Fault("zip_bomb"))


def _check_parts(archive: zipfile.ZipFile) -> None:
    """Unpack every part in small bites, counting what really comes out, and read the XML ones."""
    unpacked = 0
    for entry in archive.infolist():
        reader = _PartReader() if entry.filename.endswith((".xml", ".rels")) else None
        with archive.open(entry) as part:
            while bite := part.read(CHUNK):
                unpacked += len(bite)
                if unpacked > LARGEST_ARCHIVE:
                    raise Suspicious(Fault("zip_bomb"))
                if reader:
                    reader.feed(bite)


class _Counter:
    """Counts the rows and cells of a worksheet that hold something. Builds no tree, so memory stays flat."""

    def __init__(self) -> None:
        self.rows = 0
        self.cells = 0
        self._row_counted = False

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        match tag.rpartition("}")[2]:
            case "row":
                self._row_counted = False
            case "c":
                self.cells += 1
            case "v" | "is" if not self._row_counted:
                self.rows += 1
                self._row_counted = True

    def end(self, tag: str) -> None:
        """Nothing to do at the end of an element."""

    def data(self, text: str) -> None:
        """Texts do not matter here."""

    def close(self) -> None:
        """There is no result to hand over."""


class _PartReader:
    """Feeds one XML part through a parser that refuses entities and document types."""

    def __init__(self) -> None:
        self.counter = _Counter()
        self._parser = DefusedXMLParser(target=self.counter, forbid_dtd=True)
        self._broken = False

    def feed(self, bite: bytes) -> None:
        if self._broken:
            return
        try:
            self._parser.feed(bite)
        except DefusedXmlException as error:
            raise Suspicious(Fault("xml_bomb")) from error
        except ParseError:
            self._broken = True  # whether it matters is for the reader of the workbook to say
        if self.counter.rows > MOST_ROWS or self.counter.cells > MOST_CELLS:
            raise Suspicious(Fault("too_many_rows", params={"limit": MOST_ROWS}))

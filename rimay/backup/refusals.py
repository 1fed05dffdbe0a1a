"""Why a backup is not made or not restored. Each leaves everything as it was."""

from core.errors import RimayError


class NothingToKeep(RimayError):
    """The database has no tables yet."""

    code = "backup_nothing"


class NotABackup(RimayError):
    """A file of another kind: it is not read, and not written over."""

    code = "backup_other_file"


class Damaged(RimayError):
    """The file is cut off, was changed, or holds what no backup holds."""

    code = "backup_damaged"


class WrongKey(RimayError):
    """The file was sealed for another key."""

    code = "backup_wrong_key"


class NoKey(RimayError):
    """There is no key where one was expected, or what is there is none."""

    code = "backup_no_key"


class Newer(RimayError):
    """A newer release made the file."""

    code = "backup_newer"


class NotEmpty(RimayError):
    """The database holds something that a restore would replace."""

    code = "restore_not_empty"


class InUse(RimayError):
    """Something else works on the database."""

    code = "restore_in_use"


class OtherSecret(RimayError):
    """RIMAY_SECRET_KEY is another key than the one that sealed what the backup holds."""

    code = "restore_other_secret"


class Unwritable(RimayError):
    """The machine refused: no room, no such folder, no permission."""

    code = "backup_unwritable"

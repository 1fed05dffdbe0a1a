"""The files that came with a questionnaire, as they are kept."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.tables import QuestionnaireFile
from surveys.xlsform.accompanying import AccompanyingFile


def store_files(db: Session, questionnaire_id: int, files: Iterable[AccompanyingFile]) -> None:
    """Keep the files beside their questionnaire."""
    db.add_all(
        QuestionnaireFile(
            questionnaire_id=questionnaire_id,
            name=file.name,
            media_type=file.media_type,
            content=file.content,
        )
        for file in files
    )


def has_files(db: Session, questionnaire_id: int, files: Iterable[AccompanyingFile]) -> bool:
    """Whether these, and no others, are the files of a questionnaire."""
    return get_files(db, questionnaire_id) == {file.name: file.content for file in files}


def get_files(db: Session, questionnaire_id: int) -> dict[str, bytes]:
    """All files of a questionnaire by their names: what `read_questionnaire` wants."""
    query = select(QuestionnaireFile.name, QuestionnaireFile.content)
    rows = db.execute(query.where(QuestionnaireFile.questionnaire_id == questionnaire_id))
    return {name: content for name, content in rows}  # noqa: C416  (a Row is no pair to the type checker)


def find_file(db: Session, questionnaire_id: int, name: str) -> AccompanyingFile | None:
    """One file of a questionnaire; None where it did not come along."""
    query = select(QuestionnaireFile).where(
        QuestionnaireFile.questionnaire_id == questionnaire_id, QuestionnaireFile.name == name
    )
    row = db.scalar(query)
    return None if row is None else AccompanyingFile(row.name, row.media_type, row.content)

"""A small map for the tests: a house that shelters, a clinic, an office. Nothing in it exists; no number rings."""

from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from deliberation.actors.importing import apply, read_file
from deliberation.actors.records import Record

HEADER = (
    "actor_id,actor_name,actor_kind,service_id,service_name_es,service_name_qu,needs,languages,requirements_es,"
    "status,protection,verified_on,place_id,canton,address,latitude,longitude,phone,hours,hours_note_es"
)
MAP = f"""{HEADER}
casa,Casa de Acogida (ejemplo),ngo,techo,Albergue por unas noches,Puñuna wasi,shelter;protection,es;qu,Ninguno,active,\
yes,2026-11-01,techo-ibarra,ibarra,Calle Inventada 1-23,0.3517,-78.1223,+59360000101,MO-SU 00:00-24:00,
casa,Casa de Acogida (ejemplo),ngo,comida,Comedor,,food,es,Traer su plato,active,no,2026-05-01,comida-otavalo,otavalo,\
Plaza Inventada,,,06 000 0102,"MO-FR 12:00-14:00; SA 12:00-13:00",Menos los feriados
oficina,Oficina de Trámites (ejemplo),public,papeles,Ayuda con documentos,,documents;legal,es;en,,active,no,,\
papeles-todos,all,,,,06 000 0103,MO-FR 08:00-16:30,
oficina,Oficina de Trámites (ejemplo),public,viejo,Curso que terminó,,work,es,,ended,no,\
2025-01-01,viejo-ibarra,ibarra,,,,,,
"""
NOVEMBER = date(2026, 11, 24)
FOREIGN = Path(__file__).parent / "foreign.json"
"""Written as others write it: with what nothing here reads, and with a contact person."""


def fill_map(db: Session, content: str = MAP) -> None:
    """Bring it in."""
    apply(db, read_file(content.encode(), "map.csv"), account_id=None)


def plain(records: list[Record]) -> list[object]:
    """What records say, without where it was read."""
    return [(record.uid, record.values, plain(record.parts)) for record in records]

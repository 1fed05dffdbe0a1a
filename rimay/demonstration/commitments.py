"""Units of government that took something on after the council's decisions, and their programmes."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import today
from core.tables import Account
from deliberation.commitments.programmes import ProgrammeText, save_programme
from deliberation.commitments.progress import Report, report_progress
from deliberation.commitments.promising import Promise, add_commitment
from deliberation.commitments.units import add_unit, name_speakers
from deliberation.council.agenda import list_items

Text = dict[str, str]

_PEOPLE: Text = {"es": "personas", "qu": "runakuna"}
_SERVED: Text = {"es": "personas atendidas", "qu": "yanapashka runakuna"}
_FAIRS: Text = {"es": "Ferias de productores", "qu": "Tarpukkunapa katuna"}
_SEEDS: Text = {"es": "Entrega de semillas", "qu": "Muyukunata kuna"}
_FAIRS_OPEN: Text = {
    "es": "El reglamento de las ferias ya no pide cédula ecuatoriana.",
    "qu": "Katuna kamachikka ña mana Ecuadorpa cédulata mañanchu.",
}
_BEGUN: Text = {
    "es": "La bolsa de empleo atiende desde esta semana en Ibarra.",
    "qu": "Llamkayta maskankapak kuskaka kay hunkallamanta Ibarrapi chaskin.",
}
_UNITS: tuple[tuple[Text, str], ...] = (
    (
        {"es": "Dirección de Desarrollo Económico", "qu": "Llamkaymanta, kullkimantapash llamkay uku"},
        "economy",
    ),
    (
        {"es": "Unidad de Movilidad Humana", "qu": "Shuk llaktamanta shamushka runakunapa llamkay uku"},
        "mobility",
    ),
    ({"es": "Dirección de Soberanía Alimentaria", "qu": "Mikuymanta llamkay uku"}, "food"),
)
_PROMISES: tuple[tuple[Text, Text, int, str, int], ...] = (
    (
        {
            "es": "Abrir una bolsa de empleo en Ibarra y en Otavalo que atienda también sin cédula.",
            "qu": "Ibarrapi, Otavalopipash llamkayta maskankapak kuskata paskana, cédula illakpipash chaskinkapak.",
        },
        {"es": "400 personas en seis meses.", "qu": "Sukta killapi 400 runakuna."},
        400,
        "8.8",
        120,
    ),
    (
        {
            "es": "Abrir una ventanilla que oriente sobre documentos.",
            "qu": "Killkakunamanta willankapak kuskata paskana.",
        },
        {"es": "250 personas en seis meses.", "qu": "Sukta killapi 250 runakuna."},
        250,
        "10.7",
        25,
    ),
)
"""What is done, how far, how many, for which target, and in how many days."""


def promise(db: Session, consultation_id: int, zone: ZoneInfo) -> None:
    """A commitment for each decision, one of them begun; a programme that includes people and one that does not."""
    day = today(zone)
    units = [add_unit(db, name, area, account_id=None) for name, area in _UNITS]
    account_id = db.scalar(select(Account.id).where(Account.role == "unit"))
    if account_id is not None:
        name_speakers(db, units[0], {account_id}, account_id=None)
    decided = [item for item in list_items(db, consultation_id) if item.decision is not None]
    made = []
    for item, unit_id, (text, target, goal, sdg, days) in zip(decided, units, _PROMISES, strict=False):
        written = Promise(
            unit_id, text, target, _SERVED, _PEOPLE, 0.0, float(goal), "", None, (sdg,), follow_up=3
        )
        due_on = day + timedelta(days=days)
        made.append(add_commitment(db, item.id, written, due_on, zone, account_id=None))
    for commitment_id in made[:1]:
        report_progress(db, commitment_id, Report(_BEGUN, 35.0), zone, account_id=account_id)
    including = ProgrammeText(units[2], _FAIRS, "partly", day, _FAIRS_OPEN, None, ("1.4", "10.3"))
    save_programme(db, None, including, zone, account_id=None)
    leaving_out = ProgrammeText(units[2], _SEEDS, "no", None, {}, None, ("1.4",))
    save_programme(db, None, leaving_out, zone, account_id=None)

"""Where an assembly is on a map, or in a call, as it is typed in a form."""

from api.forms import Fields
from deliberation.assemblies.planning import LONGEST_LINK, is_link


def read_link(fields: Fields, name: str, label: str) -> str:
    """What was typed, if anything; it has to be a link that a browser opens safely."""
    typed = fields.text(name, label, optional=True, limit=LONGEST_LINK)
    if typed and not is_link(typed):
        fields.refuse(name, "draws.link_wrong")
    return typed

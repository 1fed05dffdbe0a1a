"""What is heard on a telephone of the town."""

from sqlalchemy import select

from bot.botapi_chat import Message
from bot.botapi_person import Person
from surveys.tables import Recording
from tests.bot.town import Town


def voices(person: Person) -> list[Message]:
    """The voice messages on a person's screen."""
    return [message for message in person.screen if "voice" in message.content]


def heard(town: Town, person: Person) -> list[str]:
    """What they say; what Telegram has forgotten is silence."""
    files = [town.api.files.find(message.content["voice"]["file_id"]) for message in voices(person)]
    return [file.content.decode().removeprefix("OggS ") if file else "" for file in files]


async def list_recordings(town: Town) -> list[Recording]:
    return await town.database.read(lambda db: list(db.scalars(select(Recording))))


async def later(town: Town) -> None:
    """Enough time has gone by for a tap to be meant."""
    town.bot.bot_data.lately._asked.clear()


async def listens(town: Town, person: Person, language: str = "es") -> list[str]:
    """Taps Escuchar; what is heard since."""
    before = len(voices(person))
    await town.taps(person, town.text("button_listen", language))
    return heard(town, person)[before:]

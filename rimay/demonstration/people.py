"""Synthetic participants: they read what is on their screen and tap or write, like anybody with a phone.

They differ in language, patience and need; they hesitate, correct themselves, write what is not understood, and
some stop half-way. Nothing is written for them into the database: all of it goes through the chat.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.botapi_chat import Message
from bot.botapi_person import Person
from i18n.translator import Translator
from rimay.demonstration.characters import Character
from surveys.questionnaire import Kind, Question, Questionnaire

Process = Callable[[dict[str, Any]], Awaitable[None]]
Speak = Callable[[str, str], Awaitable[bytes]]
"""Words and their language → how they sound."""

_LONGEST = 80
"""Turns after which even the most patient person stops: a dialogue without an end must not hang the demonstration."""


class Someone:
    """One synthetic person in front of a phone."""

    def __init__(
        self,
        person: Person,
        character: Character,
        process: Process,
        questionnaire: Questionnaire,
        translator: Translator,
    ) -> None:
        self._person = person
        self._character = character
        self._process = process
        self._translator = translator
        self._speak: Speak | None = None
        language = character.language
        self._questions = [
            (question.label[language], question) for question in questionnaire.questions() if question.label
        ]

    def speaks(self, speak: Speak) -> None:
        """From now on they rather send a voice note than write."""
        self._speak = speak

    async def come_in(self, code: str = "") -> None:
        """`/start`, with the code of a link if they come by one; a language, and the consent."""
        await self._process(self._person.send(f"/start {code}".strip()))
        await self._tap(self._say("language_" + self._character.language))
        await self._tap(self._say("button_consent_yes"))

    async def take_part(self) -> None:
        """Answer until the end, or until the patience is over."""
        for _ in range(min(_LONGEST, self._character.patience)):
            if not await self._turn():
                return

    async def answer_invitation(self) -> None:
        """Yes, no, or silence; some say why not."""
        chance = self._character.chance
        if chance.random() < 0.8:
            await self._tap(self._say("button_attend_" + ("yes" if self._character.comes else "no")))
        if not self._character.comes and chance.random() < 0.8:
            reason = chance.choices(("date", "care", "distance"), (5, 3, 3))[0]
            await self._tap(self._translator.text("seats.reason_" + reason, self._character.language))

    async def judge_decision(self) -> None:
        """Whether it answers what one said."""
        chance = self._character.chance
        if chance.random() < 0.6:
            reply = chance.choices(("yes", "partly", "no"), (6, 3, 2))[0]
            await self._tap(self._say("button_answered_" + reply))

    async def _turn(self) -> bool:
        """Do what the screen asks for. False when it asks for nothing more."""
        screen = self._person.last
        labels = _labels(screen)
        for words in ("button_send", "button_start", "button_repeat_no"):
            if self._say(words) in labels:
                return await self._tap(self._say(words))
        if self._say("button_quote_yes") in labels:
            allowed = self._character.chance.random() < 0.7
            await self._tap(self._say("button_quote_yes" if allowed else "button_quote_no"))
            return False
        question = self._read(screen)
        if question is None:
            return False
        if self._character.hesitates(0.06) and await self._tap(self._say("button_back")):
            return True
        await self._answer(question, screen)
        return True

    def _read(self, screen: Message) -> Question | None:
        """Which question is on the screen: the one whose words stand last in it."""
        found = [(screen.text.rfind(label), question) for label, question in self._questions]
        place, question = max(found, key=lambda pair: pair[0])
        return question if place >= 0 and screen.buttons else None

    async def _answer(self, question: Question, screen: Message) -> None:
        character = self._character
        skip = self._say("button_skip")
        if skip in _labels(screen) and not character.cares(question.name):
            await self._tap(skip)
            return
        match question.kind:
            case Kind.SELECT_ONE:
                await self._tap(self._label(question, character.choose(question)))
            case Kind.SELECT_MULTIPLE:
                await self._tick(question)
            case Kind.NOTE | Kind.ACKNOWLEDGE:
                await self._tap(_labels(screen)[-2])
            case Kind.TEXT if self._speak and question.keep is None:
                sound = await self._speak(character.write(question), character.language)
                await self._process(self._person.send_voice(sound))
            case _:
                if question.kind is not Kind.TEXT and character.hesitates(0.2):
                    await self._process(self._person.send(character.slip(question)))
                await self._process(self._person.send(character.write(question)))

    async def _tick(self, question: Question) -> None:
        chosen = self._character.choose_several(question)
        if self._character.hesitates(0.5):
            other = self._label(question, self._character.choose(question))
            if other not in {self._label(question, value) for value in chosen}:
                await self._tap(other)
                await self._tap(self._chosen(other))
        for value in chosen:
            await self._tap(self._label(question, value))
        await self._tap(self._say("button_done"))

    def _label(self, question: Question, value: str) -> str:
        choice = next(choice for choice in question.choices if choice.value == value)
        return choice.label[self._character.language]

    def _chosen(self, label: str) -> str:
        return self._say("choice_chosen", label=label)

    def _say(self, key: str, **params: object) -> str:
        return self._translator.text("chat." + key, self._character.language, **params)

    async def _tap(self, label: str) -> bool:
        """Tap a button of the last message; False when it has none of that label."""
        if label not in _labels(self._person.last):
            return False
        await self._process(self._person.tap(label))
        return True


def _labels(screen: Message) -> list[str]:
    return [label for row in screen.labels for label in row]

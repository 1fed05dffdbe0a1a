"""What a person is shown at their place: the question with everything around it, or the end."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from surveys.conversation.instance import Instance, written_moment
from surveys.conversation.itinerary import Itinerary, Step
from surveys.conversation.offers import offers_of, range_of, written
from surveys.conversation.outline import SEVERAL
from surveys.conversation.progress import Progress
from surveys.conversation.spot import Spot, Value
from surveys.conversation.turns import Ask, AskRepeat, Finished, Outcome, Refusal
from surveys.conversation.wording import worded
from surveys.questionnaire import Answers, Choice, Group, Kind, Localized, Media, Question


def present(progress: Progress, instance: Instance, itinerary: Itinerary, refusal: Refusal | None) -> Outcome:
    """The question at the place of a progress, the question for one more member of a repeat, or the end."""
    step = itinerary.find(progress.place)
    if step is None:
        return _finished(instance, _notes(itinerary.passed(None), instance))
    passed = itinerary.passed(step)
    notes = _notes(passed, instance)
    can_go_back = next(itinerary.before(step.path), None) is not None
    if step.adds:
        return _ask_repeat(step, progress, instance, notes, can_go_back, refusal)
    choices = offers_of(instance, step.spot)
    return Ask(
        question=_worded_question(instance, step.spot),
        path=step.path,
        number=itinerary.number(step),
        total=itinerary.total,
        choices=tuple(_worded_choice(choice, instance, step.spot) for choice in choices),
        selected=_indices(chosen(step.spot) if progress.draft is None else progress.draft, choices),
        value=step.spot.value,
        can_skip=not instance.requires(step.spot),
        can_go_back=can_go_back,
        notes=notes,
        beside=_beside(passed, instance),
        limits=_limits(step.spot),
        refusal=refusal,
    )


def chosen(spot: Spot) -> tuple[str, ...]:
    """The values of which an answer is made."""
    if spot.question.kind in SEVERAL:
        return tuple(spot.value.split() if isinstance(spot.value, str) else spot.value)
    return (spot.value,) if isinstance(spot.value, str) and spot.value else ()


def _ask_repeat(
    step: Step,
    progress: Progress,
    instance: Instance,
    notes: tuple[Localized, ...],
    can_go_back: bool,
    refusal: Refusal | None,
) -> AskRepeat:
    group = step.spot.site.node
    assert isinstance(group, Group)  # only repeats have steps that add
    wanted = progress.added.get(step.path)
    label = worded(group.label, instance, step.spot)
    return AskRepeat(
        group=replace(group, label=label if says_something(label) else _named(step.spot, instance)),
        path=step.path,
        position=step.adds,
        selected=() if wanted is None else (0 if wanted else 1,),
        can_go_back=can_go_back,
        notes=notes,
        refusal=refusal,
    )


def _finished(instance: Instance, notes: tuple[Localized, ...]) -> Finished:
    answers: Answers = {}
    kept: Answers = {}
    for spot in instance.leaves():
        value = _final_value(instance, spot)
        if value:
            (answers if spot.question.keep is None else kept)[spot.path] = value
    return Finished(answers=answers, kept=kept, notes=notes)


def _final_value(instance: Instance, spot: Spot) -> Value:
    match spot.question.kind:
        case Kind.NOTE:
            return ""
        case Kind.END:
            return written_moment(instance.local_moment, Kind.END)
        case Kind.SELECT_MULTIPLE | Kind.RANK:
            return list(chosen(spot))
    return spot.value


def _worded_question(instance: Instance, spot: Spot) -> Question:
    question = spot.question
    label, hint = worded(question.label, instance, spot), worded(question.hint, instance, spot)
    if not says_something(label):
        label, hint = (hint, {}) if says_something(hint) else (_named(spot, instance), {})
    if label is question.label and hint is question.hint:
        return question
    return replace(question, label=label, hint=hint)


def says_something(text: Localized) -> bool:
    """Whether it has words in any language."""
    return any(written.strip() for written in text.values())


def _named(spot: Spot, instance: Instance) -> Localized:
    """What stands where the author wrote nothing: the name, as one would say it."""
    name = spot.site.tag.replace("_", " ").strip().capitalize()
    return dict.fromkeys(instance.outline.questionnaire.languages or ("es",), name)


def _worded_choice(choice: Choice, instance: Instance, spot: Spot) -> Choice:
    label = worded(choice.label, instance, spot)
    if not says_something(label):
        label = dict.fromkeys(instance.outline.questionnaire.languages or ("es",), choice.value)
    return choice if label is choice.label else replace(choice, label=label)


def _notes(spots: Sequence[Spot], instance: Instance) -> tuple[Localized, ...]:
    notes = (_note(spot, instance) for spot in spots)
    return tuple(note for note in notes if any(note.values()))


def _beside(spots: Sequence[Spot], instance: Instance) -> tuple[Media, ...]:
    """What comes with each note that has a text, then what comes with the others."""
    if not any(spot.site.node.media for spot in spots):
        return ()
    told = [(any(_note(spot, instance).values()), spot.site.node.media) for spot in spots]
    told.sort(key=lambda each: not each[0])
    return tuple(media for has_text, media in told if has_text or media)


def _note(spot: Spot, instance: Instance) -> Localized:
    """The text of a note, or the label of a group; of a repeat with the number of the member."""
    text = worded(spot.site.node.label, instance, spot)
    if isinstance(spot.site.node, Group):
        return (
            {language: f"{label} ({spot.position})" for language, label in text.items()}
            if spot.position
            else text
        )
    if not spot.value or not isinstance(spot.value, str):
        return text
    return {language: f"{label}\n{spot.value}" for language, label in text.items()}


def _indices(values: Sequence[str], choices: tuple[Choice, ...]) -> tuple[int, ...]:
    places = {choice.value: index for index, choice in enumerate(choices)}
    return tuple(places[value] for value in values if value in places)


def _limits(spot: Spot) -> Mapping[str, str | int]:
    """The numbers that a hint may name."""
    if spot.question.kind is Kind.RANGE:
        start, end, _ = range_of(spot.question)
        return {"low": written(min(start, end)), "high": written(max(start, end))}
    most = spot.site.limits[1]
    return {} if most is None else {"maximum": most}

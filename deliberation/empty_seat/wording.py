"""The rules and the lot of the empty seat in words: the same in the chat, in the console and in public."""

from deliberation.empty_seat.delegation import Lot
from deliberation.empty_seat.rules import Rule, Rules
from i18n.localized import Localized
from i18n.translator import Translator


def rule_in_words(translator: Translator, language: str, rule: str, rules: Rules) -> str:
    """A rule as a sentence, with the numbers that were in force."""
    if rule == Rule.AGREE and not rules.agree:
        return translator.text("chair.know_heard", language)
    if rule == Rule.NOTICE:
        return translator.plural("chair.rule_notice", language, rules.notice_days)
    if rule == Rule.FULL:
        return translator.plural("chair.rule_full", language, rules.most_people)
    return translator.text("chair.rule_" + rule, language, least_age=rules.least_age)


def lot_in_words(translator: Translator, lot: Lot) -> Localized:
    """What was drawn, of what, by which seed, and how to check it; in every language."""
    numbers = ", ".join(map(str, lot.numbers))
    return {
        language: translator.text("chair.lot", language, numbers=numbers, seed=lot.seed, drawn=lot.drawn)
        for language in translator.languages
    }

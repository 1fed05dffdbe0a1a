"""How long it takes to send something to so many people: at the pace of the house, and never in its quiet hours."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.settings import Settings

_STEP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Estimate:
    """When the first message leaves, and when the last one has. A guess: Telegram may ask for patience."""

    begins_at: datetime
    ends_at: datetime

    @property
    def lasts(self) -> timedelta:
        """From the first to the last."""
        return self.ends_at - self.begins_at


def estimate(count: int, settings: Settings, moment: datetime) -> Estimate:
    """The sending of `count` messages that may leave from `moment` on, when nothing else is on its way."""
    left = timedelta(seconds=count / settings.messages_per_second)
    at = begins_at = _awake(settings, moment)
    while left > timedelta(0):
        at = _awake(settings, at)
        awake = min(left, _until_quiet(settings, at, left))
        at += awake
        left -= awake
    return Estimate(begins_at, at)


def _awake(settings: Settings, moment: datetime) -> datetime:
    """That moment, or the end of the quiet that holds then."""
    quiet = settings.quiet_hours
    return (quiet.end_of_quiet(moment) if quiet else None) or moment


def _until_quiet(settings: Settings, moment: datetime, most: timedelta) -> timedelta:
    """How long messages may leave from a moment on, no longer than `most`."""
    quiet = settings.quiet_hours
    if quiet is None:
        return most
    at = moment.replace(second=0, microsecond=0) + _STEP
    while at - moment < most and quiet.end_of_quiet(at) is None:
        at += _STEP
    return at - moment

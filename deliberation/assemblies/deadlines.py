"""Until when an invited person answers, and when who comes is reminded. Pure rules."""

from datetime import datetime, timedelta

from core.quiet_hours import QuietHours

LAST_CALL = timedelta(days=2)
"""So long before it begins the last seats go to others, who need some time as well."""
REMINDERS = (timedelta(days=7), timedelta(days=1), timedelta(hours=3))
"""So long before it begins who comes is reminded, the earliest first."""
_BEFORE_QUIET = timedelta(minutes=30)
"""So long before quiet hours a reminder leaves that would fall into them: sending it takes its time."""


def answer_deadline(starts_at: datetime, answer_days: int, told_at: datetime) -> datetime:
    """When the seat of somebody who was told at that moment goes to another.

    Some days later, and never later than LAST_CALL before the start; who is told after that has until the start.
    """
    last_call = starts_at - LAST_CALL
    if told_at >= last_call:
        return starts_at
    return min(told_at + timedelta(days=answer_days), last_call)


def reminder_moments(starts_at: datetime, quiet_hours: QuietHours | None) -> list[datetime]:
    """When reminders are due, the earliest first.

    Those of days before may wait for the end of quiet hours. That of the day itself would then come too late, so that
    it goes out before they begin.
    """
    *days, hours = (starts_at - ahead for ahead in REMINDERS)
    return sorted([*days, _before_quiet(hours, quiet_hours)])


def _before_quiet(moment: datetime, hours: QuietHours | None) -> datetime:
    if hours is None or hours.end_of_quiet(moment) is None:
        return moment
    wall = moment.astimezone(hours.zone)
    begin = datetime.combine(wall.date(), hours.begin, hours.zone)
    if begin > wall:
        begin -= timedelta(days=1)
    return begin - _BEFORE_QUIET

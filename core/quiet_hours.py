"""Quiet hours: the part of the day in which nobody is written to unasked."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of the day to another, as the clock on the wall shows it; over midnight where they begin later."""

    begin: time
    end: time
    zone: ZoneInfo

    def end_of_quiet(self, moment: datetime) -> datetime | None:
        """When the quiet that holds at `moment` ends, in UTC; None when none holds."""
        if not self._hold(moment):
            return None
        # Looked for minute by minute: the clock on the wall is put forward and back over any reckoning.
        end = moment.astimezone(UTC).replace(second=0, microsecond=0)
        while self._hold(end):
            end += _MINUTE
        return end

    def _hold(self, moment: datetime) -> bool:
        wall = moment.astimezone(self.zone).time()
        if self.begin < self.end:
            return self.begin <= wall < self.end
        return wall >= self.begin or wall < self.end


def read_quiet_hours(text: str, zone: ZoneInfo) -> QuietHours | None:
    """`20:00-08:00`, or `off` for none. Raises ValueError."""
    if text == "off":
        return None
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError("not two times of the day")
    hour, minute, until_hour, until_minute = map(int, found.groups())
    begin, end = time(hour, minute), time(until_hour, until_minute)
    if begin == end:
        raise ValueError("quiet hours that never begin, or never end")
    return QuietHours(begin, end, zone)

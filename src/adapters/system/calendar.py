"""Cron expressions and time zones."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import islice, pairwise

from cronsim import CronSim, CronSimError

from adapters.system.zones import zone_named
from domain.exports.occurrences import LISTED, Passed
from domain.exports.schedule import CronInvalid, TimeZoneUnknown

_FIELDS = 5
_LONGEST = 200
_SHOWN = 100
_DAY = timedelta(days=1)
_FIRST_LOOK_BACK = timedelta(hours=2)
_GAPS_FROM = datetime(2024, 1, 1, tzinfo=UTC)
_GAPS_LOOKED_AT = 500


class CronsimCalendar:
    """Cron as Debian's: an hour that a clock change leaves out is made up for right after it, and a time of day that
    a clock change brings twice comes due once. With an asterisk for the minute or the hour a job is one of so many an
    hour, which comes due as real time passes, in an hour that there is twice, twice. Zones come from tzdata.
    """

    def next_after(self, cron: str, time_zone: str, moment: datetime) -> datetime:
        """Looks 50 years ahead; what does not come due by then never will."""
        return next(self.walk(cron, self.zone(time_zone), moment))

    def upcoming(self, cron: str, time_zone: str, moment: datetime, count: int) -> list[datetime]:
        """See the port."""
        return list(_upcoming(self, cron, time_zone, moment, count))

    def passed(self, cron: str, time_zone: str, first: datetime, until: datetime) -> Passed:
        """Counts days where occurrences are many, and looks for the last ones from the end backwards."""
        zone, moments = self.zone(time_zone), [first]
        for moment in self.walk(cron, zone, first):
            if moment > until:
                return Passed(tuple(moments), len(moments), moment)
            moments.append(moment)
            if len(moments) > LISTED:
                break
        count = 1 + self._count(cron, zone, first, until)
        back = _FIRST_LOOK_BACK
        while True:
            *found, following = self._till(cron, zone, max(first, until - back), until)
            if len(found) > 1:
                return Passed((first, *found[-2:]), count, following)
            back *= 4

    def shortest_gap(self, cron: str) -> timedelta:
        """Looks at 500 occurrences in a row. All of one day are among them unless there are more than that in a day,
        two of which are then closer than three minutes. Days that match one after another are met within 500 even where
        that happens only in leap years, since whoever matches as few days matches them at few times.
        """
        moments = islice(self.walk(cron, UTC, _GAPS_FROM), _GAPS_LOOKED_AT)
        return min((later - earlier for earlier, later in pairwise(moments)), default=_DAY)

    def zone(self, time_zone: str) -> tzinfo:
        """The name is IANA's: `Europe/Moscow`."""
        zone = zone_named(time_zone)
        if zone is None:
            raise TimeZoneUnknown(time_zone=time_zone[:_SHOWN])
        return zone

    def walk(self, cron: str, zone: tzinfo, moment: datetime) -> Iterator[datetime]:
        """Occurrences after the moment, in UTC, each later than the one before. Raises CronInvalid."""
        reached = moment
        try:
            for due in _simulation(cron, moment.astimezone(zone)):
                # In the repeated hour of a clock change the simulation may name a time of the first round again.
                if (found := due.astimezone(UTC)) > reached:
                    yield found
                    reached = found
        except OverflowError:
            pass  # the calendar ends with the year 9999
        raise CronInvalid(cron=cron[:_SHOWN], reason="never")

    def _till(self, cron: str, zone: tzinfo, moment: datetime, until: datetime) -> list[datetime]:
        """Occurrences after the moment up to the first one after `until`."""
        found = []
        for due in self.walk(cron, zone, moment):
            found.append(due)
            if due > until:
                break
        return found

    def _count(self, cron: str, zone: tzinfo, after: datetime, until: datetime) -> int:
        """How many occurrences there are after the one moment up to the other. On a day without a clock change there
        are as many as there are hours times minutes.
        """
        simulation = _simulation(cron, after.astimezone(zone))
        each_day = len(simulation.hours) * len(simulation.minutes)
        day, last = after.astimezone(zone).date() + _DAY, until.astimezone(zone).date()
        if day >= last:
            return len(self._till(cron, zone, after, until)) - 1
        counted = len(self._till(cron, zone, after, _midnight(day, zone) - timedelta(microseconds=1))) - 1
        while day < last:
            began, ended = _midnight(day, zone), _midnight(day + _DAY, zone)
            if ended - began != _DAY:
                before = timedelta(microseconds=1)
                counted += len(self._till(cron, zone, began - before, ended - before)) - 1
            elif day.month in simulation.months and simulation.match_day(day):
                counted += each_day
            day += _DAY
        return counted + len(self._till(cron, zone, _midnight(last, zone) - timedelta(microseconds=1), until)) - 1


@lru_cache(maxsize=10_000)
def _upcoming(
    calendar: CronsimCalendar, cron: str, time_zone: str, moment: datetime, count: int
) -> tuple[datetime, ...]:
    """Lists show the next runs of each export, which are the same until one of them comes due."""
    return tuple(islice(calendar.walk(cron, calendar.zone(time_zone), moment), count))


def _simulation(cron: str, local: datetime) -> CronSim:
    if len(cron) > _LONGEST or len(cron.split()) != _FIELDS:
        raise CronInvalid(cron=cron[:_SHOWN], reason="fields")
    try:
        return CronSim(cron, local)
    except (CronSimError, AssertionError, TypeError, ValueError) as error:  # some nonsense it only stumbles over
        reason = str(error) if isinstance(error, CronSimError) else "syntax"
        raise CronInvalid(cron=cron[:_SHOWN], reason=reason) from None


def _midnight(day: date, zone: tzinfo) -> datetime:
    """When the day begins, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)

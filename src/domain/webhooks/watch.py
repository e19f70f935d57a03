"""Watching: when a run follows what MoySklad told, and when somebody looks whether it told everything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.exports.task import Trigger
from domain.shared.identities import CompanyId, ConfigId


@dataclass(frozen=True, slots=True)
class Pace:
    """A run follows when nothing more was told for `quiet`, and no later than `longest` after the first thing told.

    Every `catch_up` a run looks for what was not told; `again` is how long an export waits that cannot run now.
    """

    quiet: timedelta = timedelta(seconds=1.5)
    longest: timedelta = timedelta(seconds=5)
    catch_up: timedelta = timedelta(minutes=15)
    again: timedelta = timedelta(seconds=2)


@dataclass(slots=True)
class ExportWatch:
    """What one export waits for. However much is told, one run is booked for it.

    `first_at` and `last_at` are when something was told first and last since a run was booked. `follows` says that the
    export wants to be looked after: `caught_up_at` is when a run that looks by itself was last booked (or when watching
    began), and `hurried` that one is wanted at once, because something may have been lost. Nothing happens before
    `not_before`. `scenario` says that somebody's scenario was among what was told. `origin` is what travels along
    from whatever told something first.
    """

    config_id: ConfigId
    company_id: CompanyId
    caught_up_at: datetime
    follows: bool = True
    first_at: datetime | None = None
    last_at: datetime | None = None
    hurried: bool = False
    scenario: bool = False
    not_before: datetime | None = None
    origin: Mapping[str, str] | None = None

    def told(self, now: datetime, *, by_scenario: bool = False, origin: Mapping[str, str] | None = None) -> None:
        """Something changed."""
        self.origin = self.origin or origin
        self.first_at = self.first_at or now
        self.last_at = now
        self.scenario = self.scenario or by_scenario

    def hurry(self) -> None:
        """Something may have been lost."""
        self.hurried = True

    def due_at(self, pace: Pace) -> datetime | None:
        """When a run is to be booked; None while nothing is waited for."""
        moments = [moment for moment in (self._follow_up_at(pace), self._catch_up_at(pace)) if moment is not None]
        if not moments:
            return None
        return max(min(moments), self.not_before) if self.not_before is not None else min(moments)

    def trigger(self, now: datetime, pace: Pace) -> Trigger | None:
        """Why a run is due now; None where none is. One that looks by itself also reads what was told."""
        due = self.due_at(pace)
        if due is None or due > now:
            return None
        catch_up = self._catch_up_at(pace)
        if catch_up is not None and catch_up <= now:
            return Trigger.CATCH_UP
        return Trigger.SCENARIO if self.scenario else Trigger.WEBHOOK

    def booked(self, trigger: Trigger, now: datetime) -> None:
        """A run is booked, which will read everything that was told until it begins."""
        self.first_at = self.last_at = self.not_before = self.origin = None
        self.scenario = False
        if trigger is Trigger.CATCH_UP:
            self.caught_up_at = now
            self.hurried = False

    def wait(self, until: datetime) -> None:
        """No run can be booked now; what was told is not forgotten."""
        self.not_before = until

    def put_off(self, earliest: datetime, reviewed_at: datetime | None, now: datetime) -> None:
        """The plan allows no run before `earliest`, and may be another one from `reviewed_at` on."""
        sooner = reviewed_at is not None and now < reviewed_at < earliest
        self.wait(reviewed_at if sooner and reviewed_at is not None else earliest)

    def look_anew(self) -> None:
        """Whatever kept a run from being booked may be over."""
        self.not_before = None

    def _follow_up_at(self, pace: Pace) -> datetime | None:
        if self.first_at is None or self.last_at is None:
            return None
        return min(self.last_at + pace.quiet, self.first_at + pace.longest)

    def _catch_up_at(self, pace: Pace) -> datetime | None:
        if not self.follows:
            return None
        return self.caught_up_at if self.hurried else self.caught_up_at + pace.catch_up

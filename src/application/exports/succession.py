"""What the end of a run sets going: the exports that follow it, and its own next run where freshness is the aim."""

from datetime import datetime

from application.exports.allowing import Allowances
from application.exports.booking import scheduled_task
from application.exports.ports import ExportConfigs, ExportTasks
from application.exports.run_command import send_all_to_workers
from application.exports.schedule_ports import Occurrences, Standings
from application.ports import Ids, Outbox
from domain.exports.allowance import Allowance
from domain.exports.config import ExportConfig
from domain.exports.freshness import REMEMBERED, next_run
from domain.exports.occurrences import NOBODY, OccurrenceKind, Owner, SkipReason, Verdict, skipped, verdict
from domain.exports.schedule import AfterSchedule, FreshnessSchedule
from domain.exports.task import ExportTask, RunMode, TaskState
from domain.shared.identities import TaskId


class Succession:
    """Works in the transaction that ends the run, so that no crash parts the end from what follows it."""

    def __init__(
        self,
        configs: ExportConfigs,
        tasks: ExportTasks,
        standings: Standings,
        occurrences: Occurrences,
        allowances: Allowances,
        outbox: Outbox,
        ids: Ids,
    ) -> None:
        self._configs = configs
        self._tasks = tasks
        self._standings = standings
        self._occurrences = occurrences
        self._allowances = allowances
        self._outbox = outbox
        self._ids = ids

    async def ended(self, task: ExportTask, ended_at: datetime) -> None:
        """The task is over and saved. A run that only brings a version back has read nothing, and nothing follows."""
        config = await self._configs.get(task.company_id, task.config_id)
        has_read = task.mode is not RunMode.RESTORE
        if has_read and task.state is TaskState.FINISHED:
            config.fresh_at = task.started_at
            await self._configs.plan([config.scheduled()])
        await self._plan_next(config, ended_at)
        if not has_read:
            return
        followers = await self._configs.followers(config.company_id, config.id)
        if followers:
            await self._follow(followers, task, ended_at)

    async def _plan_next(self, config: ExportConfig, now: datetime) -> None:
        schedule = config.schedule
        if not isinstance(schedule, FreshnessSchedule):
            return
        past = await self._tasks.past(config.company_id, config.id, REMEMBERED)
        allowance = (await self._allowances.of([config.company_id]))[config.company_id]
        due = next_run(schedule.target, allowance.terms.shortest, config.fresh_at, past, now)
        config.schedule = FreshnessSchedule(schedule.target, due)
        await self._configs.plan([config.scheduled()])

    async def _follow(self, followers: list[ExportConfig], task: ExportTask, ended_at: datetime) -> None:
        standing = (await self._standings.of([task.company_id])).get(task.company_id, NOBODY)
        allowance = (await self._allowances.of([task.company_id]))[task.company_id]
        unfinished = await self._tasks.unfinished([follower.id for follower in followers])
        new = {follower.id: TaskId(self._ids.new()) for follower in followers}
        entries = []
        for follower in followers:
            decided = self._decided(follower, task, allowance)
            decided = decided or verdict(standing, unfinished.get(follower.id), new[follower.id])
            owner = Owner(follower.company_id, follower.id, OccurrenceKind.AFTER, ended_at)
            entries.append(owner.entry(ended_at, decided))
        stored = await self._occurrences.add(entries)
        wanted = {entry.config_id for entry in entries if entry.task_id == new[entry.config_id]}
        booked = [
            scheduled_task(follower.scheduled(), new[follower.id], ended_at)
            for follower in followers
            if follower.id in wanted and (follower.id, ended_at) in stored
        ]
        if booked:
            await send_all_to_workers(self._outbox, booked, ended_at)
            await self._tasks.add_all(booked)

    @staticmethod
    def _decided(follower: ExportConfig, task: ExportTask, allowance: Allowance) -> Verdict | None:
        """Exports that follow only what went well have nothing to follow otherwise, and that is told."""
        if allowance.rests(follower.id):
            return skipped(SkipReason.PLAN_EXPORTS)
        schedule = follower.schedule
        always = isinstance(schedule, AfterSchedule) and schedule.always
        if task.state is TaskState.FINISHED or always:
            return None
        return skipped(SkipReason.AFTER_FAILED, task.id)

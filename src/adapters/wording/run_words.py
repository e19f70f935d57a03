"""What is written into sheets about runs, in Russian."""

from datetime import datetime

from adapters.wording.catalogue import words
from domain.exports.task import RunMode, TaskError, TaskState

_LONGEST = 500
"""Characters of a failure: details may quote something long, and a log is read row by row."""

_TITLES = (
    "Завершён",
    "Выгрузка",
    "Запуск",
    "Состояние",
    "Прочитано",
    "Добавлено",
    "Обновлено",
    "Удалено",
    "Без изменений",
    "Отложено",
    "Секунд",
    "Что случилось",
    "Что делать",
)
_MODES = {
    RunMode.INCREMENTAL: "Обычный",
    RunMode.FULL: "Полный",
    RunMode.RECONCILE: "Сверка",
    RunMode.RESTORE: "Возврат прежней версии",
}
_STATES = {
    TaskState.BOOKED: "В очереди",
    TaskState.CLAIMED: "Выполняется",
    TaskState.FINISHED: "Готово",
    TaskState.FAILED: "Ошибка",
    TaskState.PAUSED: "Приостановлен",
    TaskState.CANCELLED: "Остановлен",
}


class RussianRunWords:
    """See application.exports.ports.RunWords."""

    def titles(self) -> tuple[str, ...]:
        """See the port."""
        return _TITLES

    def mode(self, mode: RunMode) -> str:
        """See the port."""
        return _MODES[mode]

    def state(self, state: TaskState) -> str:
        """See the port."""
        return _STATES[state]

    def failure(self, error: TaskError) -> tuple[str, str]:
        """See the port."""
        told = words(error.code, error.details).ru
        return _short(told.title), _short(told.action)

    def line(self, state: TaskState, moment: datetime, rows: int | None, failure: str | None) -> str:
        """See the port."""
        when = moment.strftime("%d.%m.%Y %H:%M:%S")
        if state is TaskState.FAILED:
            return f"Ошибка {when}: {failure}"
        if state is TaskState.CANCELLED:
            return f"Остановлено {when}"
        counted = "" if rows is None else ", строк: " + f"{rows:,}".replace(",", " ")
        return f"Обновлено {when}{counted}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

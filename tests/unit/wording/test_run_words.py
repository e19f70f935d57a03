"""What is written into sheets about runs."""

from datetime import datetime

from adapters.wording.run_words import RussianRunWords
from application.exports.run_report import KINDS, NAMES
from domain.exports.task import RunMode, TaskError, TaskState


def test_words_of_the_line_and_the_log() -> None:
    words, moment = RussianRunWords(), datetime(2026, 11, 27, 23, 59)  # noqa: DTZ001 - a wall clock
    assert words.line(TaskState.FINISHED, moment, 1_002_500, None) == "Обновлено 27.11.2026 23:59:00, строк: 1 002 500"
    assert words.line(TaskState.FINISHED, moment, None, None) == "Обновлено 27.11.2026 23:59:00"
    assert words.line(TaskState.CANCELLED, moment, 5, None) == "Остановлено 27.11.2026 23:59:00"
    assert words.line(TaskState.FAILED, moment, None, "Лист исчез") == "Ошибка 27.11.2026 23:59:00: Лист исчез"
    ended = [words.state(state) for state in (TaskState.FINISHED, TaskState.FAILED, TaskState.CANCELLED)]
    assert ended == ["Готово", "Ошибка", "Остановлен"]
    assert len({words.mode(mode) for mode in RunMode}) == len(RunMode)
    title, action = words.failure(TaskError("exports.tab_missing", {"tab": "я" * 2_000}))
    assert (len(title), title[-1], action[-1]) == (500, "…", ".")


def test_every_column_of_the_log_has_a_title_of_its_own() -> None:
    assert len(NAMES) == len(KINDS) == len(set(RussianRunWords().titles())) == len(RussianRunWords().titles())

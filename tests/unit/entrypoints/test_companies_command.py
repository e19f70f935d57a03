"""`skladsheets companies` asks for what it needs."""

from uuid import UUID

from click.testing import CliRunner

from entrypoints.cli.main import main
from tests.unit.entrypoints.test_settings import COMPLETE


def test_a_token_is_needed_and_never_given_on_the_command_line() -> None:
    run = CliRunner(env={"MOYSKLAD_TOKEN": ""}).invoke(main, ["companies", "add", "--name", "Ромашка"], input="\n")
    assert run.exit_code == 1
    assert "MOYSKLAD_TOKEN" in run.stderr
    assert CliRunner().invoke(main, ["companies", "add", "--token", "hunter2"]).exit_code == 2


def test_a_time_zone_has_to_exist() -> None:
    run = CliRunner(env={"MOYSKLAD_TOKEN": "hunter2"}).invoke(main, ["companies", "add", "--time-zone", "Mars/Base"])
    assert run.exit_code == 1
    assert "Mars/Base" in run.stderr
    assert "hunter2" not in run.output


def test_a_company_has_an_identity() -> None:
    assert CliRunner().invoke(main, ["companies", "remove", "romashka"]).exit_code == 2


def test_a_plan_has_one_end_and_a_known_name() -> None:
    plan = ["plans", "set", "--company", str(UUID(int=1)), "--plan", "start"]
    both = CliRunner().invoke(main, [*plan, "--until", "2026-12-31", "--through", "2026-12-31"])
    assert both.exit_code == 2
    assert "not both" in both.stderr
    for wrong in (["--then", "gold"], ["--through", "31.12.2026"]):
        assert CliRunner().invoke(main, [*plan, *wrong]).exit_code == 2
    assert CliRunner().invoke(main, ["plans", "decide", "--company", str(UUID(int=1)), "--by", "stripe"]).exit_code == 2


def test_settings_that_are_missing_are_named_without_a_trace() -> None:
    for command in (["companies", "list"], ["plans", "show", "--company", str(UUID(int=1))]):
        run = CliRunner(env=dict.fromkeys(COMPLETE)).invoke(main, command)
        assert (run.exit_code, run.exception.__class__) == (2, SystemExit)
        assert "DATABASE_URL is missing" in run.stderr

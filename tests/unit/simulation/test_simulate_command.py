"""`skladsheets simulate`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from entrypoints.cli.main import main

SMALL = ("simulate", "--companies", "20", "--hours", "1.2")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_a_small_installation_is_told_as_a_table(tmp_path: Path) -> None:
    file = tmp_path / "found.json"
    told = run(*SMALL, "--json", str(file))
    assert told.exit_code == 0, told.output
    for words in ("20 companies", "within target", "live: booking to start", "Google reads", "bound by", "assumed"):
        assert words in told.output
    assert "target met for 100.00% of the exports with 1 projects of 285 a minute and 2 workers" in told.output
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["findings"]["runs_booked"] == found["findings"]["runs_ended"] > 20
    assert found["findings"]["share_within_target"] == 1
    assert found["needed"] is None


def test_json_may_go_to_standard_output_alone() -> None:
    told = run(*SMALL, "--json", "-")
    assert json.loads(told.stdout)["findings"]["scenario"]["demand"]["companies"] == 20


def test_where_nothing_is_sought_that_is_said() -> None:
    told = run("simulate", "--companies", "24", "--hours", "0.7", "--project-requests", "3", "--seek", "nothing")
    assert told.exit_code == 0, told.output
    assert "nothing else was tried" in told.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--companies", "0"), "--companies"),
        (("--workers", "-1"), "--workers"),
        (("--changes", "-1"), "--changes"),
        (("--hours", "0"), "--hours"),
        (("--backfills", "1.5"), "--backfills"),
        (("--companies", "3", "--clients", "4"), "more clients than companies"),
        (("--kind", "weekly=3"), "hourly"),
        (("--kind", "hourly=-3"), "KIND=WEIGHT"),
        (("--kind", "hourly=0"), "more than 0"),
        (("--exports", "0=1"), "COUNT=WEIGHT"),
        (("--exports", "many"), "COUNT=WEIGHT"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: tuple[str, ...], words: str) -> None:
    refused = run("simulate", *arguments)
    assert refused.exit_code == 2
    assert words in refused.output

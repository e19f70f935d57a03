"""What MoySklad refuses to one export leaves the connection, and the company's other exports, as they are."""

import pytest

from application.connections.ports import Urgency
from domain.connections.moysklad import MoySkladPaused, MoySkladPermissionMissing, TariffRefused
from domain.shared.errors import SkladSheetsError
from tests.integration.harness.stories import Party, Story


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (TariffRefused(reason="Опция не подключена", number=47000), "vendors.moysklad_tariff"),
        (MoySkladPermissionMissing(reason="Нет права на просмотр", number=1016), "vendors.moysklad_permission"),
    ],
)
async def test_an_option_or_a_right_that_is_missing_fails_the_run_and_breaks_nothing(
    refused: SkladSheetsError, code: str, story: Story, romashka: Party
) -> None:
    config = await romashka.create()
    story.world.source.failures.plan("read", refused)
    failed = await romashka.run(config)
    assert failed.error is not None
    assert (failed.state, failed.error.code, failed.error.details) == ("failed", code, refused.details)
    assert await romashka.connections() == {"moysklad": "active", "google": "active"}
    assert (await romashka.run(config)).state == "finished"
    await romashka.check_sheet(config)


async def test_a_pause_puts_the_run_off_and_is_no_failure(story: Story, romashka: Party) -> None:
    config = await romashka.create()
    story.world.source.failures.plan("read", MoySkladPaused(60.0, reason="failures"))
    put_off = await romashka.run(config)
    assert put_off.state != "failed"
    assert await romashka.connections() == {"moysklad": "active", "google": "active"}


def test_what_is_urgent_compares_as_such() -> None:
    assert Urgency.INTERACTIVE > Urgency.EVENT > Urgency.ROUTINE > Urgency.BACKFILL

"""Polling, by a real process: a chat is bound although nothing delivers to the API."""

import re
import subprocess
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from devstack.processes import ROOT, Process, base_environment, python
from devstack.stack import PROGRAM
from tests.integration.e2e.conftest import Place, wait_until
from tests.integration.harness.command_line import commanded

pytestmark = pytest.mark.e2e


def run(place: Place) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        python(PROGRAM, "bot"),
        env={**base_environment(), **place.stack.environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_chat_is_bound_by_polling_and_the_webhook_is_set_without_curl(place: Place) -> None:
    telegram = httpx.Client(base_url=place.stack.telegram_url, trust_env=False, timeout=30)

    def control(path: str, body: dict[str, Any]) -> Any:
        return telegram.post(f"/_control/{path}", json=body).raise_for_status().json()

    administrator = place.company("polled")
    dealer = administrator.call("POST", "/api/v1/dealers", {"name": "Север"})

    def start_text() -> str:
        link = administrator.call("POST", f"/api/v1/dealers/{dealer['id']}/bind-links")["url"]
        return f"/start {parse_qs(urlsplit(link).query)['start'][0]}"

    def chats() -> list[str]:
        return [one["recipient"] for one in administrator.call("GET", f"/api/v1/dealers/{dealer['id']}")["chats"]]

    # A webhook that leads nowhere keeps the first update; polling removes it and hears what waited.
    bot = place.stack.bot
    hook = {"url": f"{place.stack.telegram_url}/nowhere", "secret_token": bot.secret}
    telegram.post(f"/bot{bot.token}/setWebhook", json=hook).raise_for_status()
    chat, other = control("users", {"firstName": "Анна"})["id"], control("users", {"firstName": "Борис"})["id"]
    control("say", {"userId": chat, "text": start_text()})
    process = Process(
        "bot", python(PROGRAM, "bot"), place.stack.environment, ready=re.compile("bot ready"), ready_timeout=120
    )
    place.supervisor.start(process)
    wait_until(lambda: chats() == [str(chat)])
    wait_until(lambda: "Чат привязан" in telegram.get(f"/_control/chats/{chat}/messages").text)

    # Killed and started again it goes on; what is told twice changes nothing.
    place.supervisor.kill9("bot")
    told = control("say", {"userId": other, "text": start_text()})
    place.supervisor.relaunch("bot")
    wait_until(lambda: chats() == [str(chat), str(other)])
    control("updates/again", {"updateId": told["updates"][0]})
    control("say", {"userId": chat, "text": "/stop"})
    wait_until(lambda: chats() == [str(other)])

    # A second one is told clearly, and ends; the first goes on.
    second = run(place)
    assert second.returncode == 2, second.stdout + second.stderr
    assert "dealers.bot_heard_elsewhere" in second.stdout + second.stderr
    assert "Оставьте один процесс" in second.stderr
    begun = time.monotonic()
    place.supervisor.stop("bot")
    assert time.monotonic() - begun < 10

    shown = commanded(place.stack.environment, "bot", "webhook")
    assert shown.exit_code == 0, shown.output
    assert f"delivered to: {place.stack.api_url}/webhooks/telegram" in shown.stdout
    control("say", {"userId": other, "text": "/stop"})
    wait_until(lambda: chats() == [])
    assert "delivered to: nowhere" in commanded(place.stack.environment, "bot", "webhook", "--remove").stdout
    assert bot.token not in shown.output + second.stdout + second.stderr

"""How an emulator was started."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Settings that hold for one emulator process.

    `base_url` is the address that the emulator prints and writes into the links it answers with, without a trailing
    slash. `lenient` accepts any credential and turns quotas off.
    """

    base_url: str
    lenient: bool = False

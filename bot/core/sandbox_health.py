"""What the sandbox can say of itself, for health pages, doctor and the log. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.versions import PythonVersion


class MemberCode(StrEnum):
    """Whether members' own code runs, or why it does not."""

    ON = "on"
    SWITCHED_OFF = "switched off"
    """The operator's MEMBER_CODE says off."""
    NOT_TESTED = "not tested yet"
    """The self-test has not run since the start, or runs now."""
    NOT_HELD = "self-test not held"
    """On no Python of this host every canary held; or the host has no locks at all."""


@dataclass(frozen=True, slots=True)
class PythonHealth:
    """One interpreter. ``locks`` maps a second lock to "on ..." or "off: why".

    ``members`` says that members' code runs on it. ``reason`` is one sentence where its self-test
    did not hold, None where it did or has not run. ``checks`` counts the canaries tried, ``failed``
    names those that got through. ``zygote_runs`` counts the runs of the zygote that is up, None
    where none is.
    """

    python: PythonVersion
    full_version: str
    is_tested: bool
    members: bool
    way: str | None
    reason: str | None
    checks: int
    failed: tuple[str, ...]
    locks: dict[str, str]
    zygote_runs: int | None


@dataclass(frozen=True, slots=True)
class SandboxHealth:
    """The whole. ``host_reason`` says why this host can't hold hostile code, None where it may.

    ``running`` of ``slots`` runs go on, ``waiting`` members' runs are in line behind them.
    """

    member_code: MemberCode
    host_reason: str | None
    pythons: tuple[PythonHealth, ...]
    slots: int
    running: int
    waiting: int

    @property
    def summary(self) -> str:
        """One sentence for the operator."""
        if self.member_code is MemberCode.ON:
            names = ", ".join(str(each.python) for each in self.pythons if each.members)
            return f"members' code runs on Python {names}"
        if self.member_code is MemberCode.SWITCHED_OFF:
            return "members' code is switched off (MEMBER_CODE=off)"
        if self.host_reason is not None:
            return f"members' code is off: {self.host_reason}"
        if self.member_code is MemberCode.NOT_TESTED:
            return "members' code is off until the self-test has run"
        reasons = dict.fromkeys(each.reason for each in self.pythons if each.reason)
        return f"members' code is off: {'; '.join(reasons) or 'no Python can be locked whole here'}"

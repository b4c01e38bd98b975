"""How often somebody may ask for a run: so many a minute by a member, and by all of a server.

Kept in memory, not in the database: it protects this process's processors for a minute, and a
restart that forgets it costs one more minute's worth. A server's members are all in one process;
a row a run would cost more than what it guards.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.errors import TooManyRuns

if TYPE_CHECKING:
    from datetime import datetime

WINDOW = timedelta(minutes=1)


class RunPace:
    """Counts the runs of the last minute; `check`, then `note` what was really begun."""

    def __init__(self, a_member: int, a_server: int) -> None:
        self._members = _Windows(a_member)
        self._servers = _Windows(a_server)

    def check(self, player_id: int, guild_id: int | None, now: datetime) -> None:
        """Refuse who may not begin a run now. A direct message (None) has no server to count for.

        Raises:
            TooManyRuns: With how long to wait.
        """
        wait_ms = self._members.wait_ms(player_id, now)
        if wait_ms:
            raise TooManyRuns(self._members.most, wait_ms, whole_server=False)
        wait_ms = 0 if guild_id is None else self._servers.wait_ms(guild_id, now)
        if wait_ms:
            raise TooManyRuns(self._servers.most, wait_ms, whole_server=True)

    def note(self, player_id: int, guild_id: int | None, now: datetime) -> None:
        """A run was begun."""
        self._members.note(player_id, now)
        if guild_id is not None:
            self._servers.note(guild_id, now)


class _Windows:
    """The last ``most`` runs of each key; whoever ran nothing for a minute is forgotten."""

    def __init__(self, most: int) -> None:
        if most < 1:
            raise ValueError("at least one run a minute")
        self.most = most
        self._runs: OrderedDict[int, deque[datetime]] = OrderedDict()

    def wait_ms(self, key: int, now: datetime) -> int:
        """Milliseconds until ``key`` may run, 0 for now."""
        runs = self._runs.get(key)
        if runs is None or len(runs) < self.most or runs[0] <= now - WINDOW:
            return 0
        return max(1, round((runs[0] + WINDOW - now) / timedelta(milliseconds=1)))

    def note(self, key: int, now: datetime) -> None:
        self._runs.setdefault(key, deque(maxlen=self.most)).append(now)
        self._runs.move_to_end(key)
        while next(iter(self._runs.values()))[-1] <= now - WINDOW:
            self._runs.popitem(last=False)

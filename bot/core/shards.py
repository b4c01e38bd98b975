"""Which part of the bot's servers this process serves.

Discord splits a large bot's servers over several connections, its shards, by the server's id; a
process runs all of them or some. What a process does of its own accord it does for the servers of
its shards alone, so that each server has one owner.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST = 100_000
"""More shards than any bot has; what is larger is a slip."""


def shard_of(guild_id: int, count: int) -> int:
    """The shard whose connection brings that server's events, by Discord's own formula."""
    return (guild_id >> 22) % count


@dataclass(frozen=True, slots=True)
class Shards:
    """How many shards there are in all, and which of them are this process's.

    ``count`` is None where Discord is asked; ``ids`` is None for all of them.
    """

    count: int | None = 1
    ids: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        if self.ids is not None and (
            self.count is None or not self.ids or not all(0 <= i < self.count for i in self.ids)
        ):
            raise ValueError(f"shards {self.ids} of {self.count}")

    @property
    def is_all(self) -> bool:
        """Whether this process serves every server."""
        return self.ids is None

    @property
    def is_first(self) -> bool:
        """Whether what one process does for all of them is this one's to do."""
        return self.ids is None or 0 in self.ids

    @property
    def share(self) -> float:
        """This process's part of the servers, and of what Discord allows the bot as a whole."""
        return 1.0 if self.ids is None or self.count is None else len(self.ids) / self.count

    def owns(self, guild_id: int) -> bool:
        """Whether the server is this process's."""
        return self.ids is None or self.count is None or shard_of(guild_id, self.count) in self.ids

    def __str__(self) -> str:
        if self.ids is None:
            return "all" if self.count in (None, 1) else f"all of {self.count}"
        return f"{', '.join(map(str, self.ids))} of {self.count}"


ALL = Shards()
"""One process, one connection."""


def parse_shards(count: str, ids: str) -> Shards:
    """Read ``3`` or ``auto``, and ``0,2`` or ``0-3``; empty is one, and all.

    Raises:
        ValueError: The sentence begins with the name of the wrong one, ``COUNT`` or ``IDS``.
    """
    if count not in ("", "auto") and not (_is_number(count) and 1 <= int(count) <= MOST):
        raise ValueError(f"COUNT is {count!r}. Use a number from 1, or auto.")
    total = None if count == "auto" else int(count or 1)
    if not ids:
        return Shards(total)
    if total is None or not count:
        raise ValueError("IDS needs SHARD_COUNT: the number of shards in all processes together.")
    chosen: set[int] = set()
    for part in ids.split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        last = last if dash else first
        if not (_is_number(first) and _is_number(last) and int(first) <= int(last) < total):
            raise ValueError(
                f"IDS has {part.strip()!r}. Use numbers from 0 to {total - 1}, as in 0,2 or 0-3."
            )
        chosen.update(range(int(first), int(last) + 1))
    return Shards(total, None if len(chosen) == total else tuple(sorted(chosen)))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MOST))

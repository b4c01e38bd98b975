"""The bot's account at Discord, as an owner has to know it. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChannelAccess:
    """A channel that speedruns go to, and in words what is missing there, if anything is."""

    guild_id: int
    channel_id: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """Who the token is, and what it may do.

    ``intents`` names the privileged ones that are switched on. ``sessions_left`` of
    ``sessions_a_day`` are connections that Discord still allows today.
    """

    name: str
    intents: tuple[str, ...]
    sessions_left: int
    sessions_a_day: int
    channels: tuple[ChannelAccess, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What Discord answered. ``refusal`` says why there is no ``account``.

    ``clock_ahead_s`` is how far this machine's clock is ahead of Discord's, to about a second;
    None where nothing answered.
    """

    account: Account | None
    refusal: str | None
    clock_ahead_s: float | None

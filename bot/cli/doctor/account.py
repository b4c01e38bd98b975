"""The doctor on the account at Discord: token, intents, channels. Never shows the token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli.doctor.findings import fault, ok, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.cli.doctor.findings import Finding
    from bot.config import Secret
    from bot.core.accounts import Inspection

_RESET = "Reset it on your application's Bot page, and set the new one as DISCORD_TOKEN."


def token(secret: Secret) -> Iterator[Finding]:
    """Whether a token is set, and looks like one."""
    if not secret:
        yield fault(
            "token",
            "DISCORD_TOKEN is not set",
            "Copy it from your application's Bot page into the environment or .env; "
            "python -m bot playground needs none.",
        )
    elif secret.reveal().count(".") != 2:
        yield warning("token", "DISCORD_TOKEN is set, and does not look like one", _RESET)
    else:
        yield ok("token", "DISCORD_TOKEN is set")


def account(seen: Inspection) -> Iterator[Finding]:
    """What Discord says of the token, the intents and the channels."""
    if seen.account is None:
        is_ours = seen.refusal == "Discord refused the token"
        way_out = (
            _RESET
            if is_ours
            else "Look at the network, a proxy, a firewall (discord.com:443); --offline skips this."
        )
        yield fault("Discord", seen.refusal or "no answer", way_out)
        return
    found = seen.account
    yield ok("Discord", f"the token is {found.name}'s")
    if found.intents:
        yield warning(
            "intents",
            f"switched on and not needed: {', '.join(found.intents)}",
            "Switch them off on your application's Bot page: what it can't read it can't lose.",
        )
    else:
        yield ok("intents", "no privileged one is on, and none is needed")
    if found.sessions_left < 10:
        yield warning(
            "connections",
            f"{found.sessions_left} of {found.sessions_a_day} are left today",
            "Something restarts the bot over and over: its log says what. At none left Discord "
            "resets the token.",
        )
    yield from _channels(seen)


def _channels(seen: Inspection) -> Iterator[Finding]:
    channels = seen.account.channels if seen.account else ()
    closed = [each for each in channels if each.missing]
    for each in closed:
        yield fault(
            "channel",
            f"channel {each.channel_id} of server {each.guild_id}: {', '.join(each.missing)}",
            "Allow it in that channel's settings, or choose another: /speedrun-admin setup.",
        )
    if channels and not closed:
        yield ok("channels", f"{len(channels)} looked at, nothing missing")
    elif not channels:
        yield ok("channels", "no server is set up yet: /speedrun-admin setup")

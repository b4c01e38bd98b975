"""The client: logs in, syncs its commands when they changed, hands presses on, runs the ticker."""

from __future__ import annotations

import asyncio
import logging
import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.core.errors import StorageUnavailable
from bot.core.health import GatewayState
from bot.core.privacy import KEEP_DEPARTED
from bot.core.shards import ALL
from bot.discord_app import fast, lean
from bot.discord_app.announcer import DiscordAnnouncer
from bot.discord_app.answers import Answers
from bot.discord_app.commands.localized import CommandWords, digest
from bot.discord_app.commands.tree import all_commands
from bot.discord_app.courier import DiscordCourier
from bot.discord_app.desk import Desk
from bot.discord_app.errors import answer_error, answering
from bot.discord_app.joining import Greeter
from bot.discord_app.measured import MeasuredAnnouncer
from bot.discord_app.notices import tell_notices
from bot.discord_app.pace import Pace
from bot.discord_app.presses.answering import custom_id_of
from bot.discord_app.presses.dispatch import Presses
from bot.discord_app.reminding import Reminding
from bot.discord_app.rush import Rush
from bot.discord_app.ticker import Ticker
from bot.rendering.actions import parse
from bot.rendering.language import speak
from bot.services.context import Context
from bot.services.memory import recall, remember
from bot.services.outages import ONE_CONNECTION
from bot.services.privacy import note_guilds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from bot.core.lessons import Library
    from bot.core.ports import Clock, LessonWorkbench, Meter, Sandbox
    from bot.core.runs import Limits
    from bot.core.shards import Shards
    from bot.rendering.actions import Action
    from bot.rendering.pictures.album import Album
    from bot.services.running import Runs
    from bot.storage.database import Database

log = logging.getLogger(__name__)

TICK_EVERY = timedelta(seconds=5)
"""A post is at most this late."""
LIMIT_PATIENCE_S = 30.0
"""How long discord.py sleeps where Discord says that it asks too often; it takes no less."""
_PRESSES = (discord.InteractionType.component, discord.InteractionType.modal_submit)


class SpeedrunTree(app_commands.CommandTree["SpeedrunClient"]):
    """The slash commands, with our boundary for what they raise."""

    client: SpeedrunClient

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Refuse nobody; it runs first in each command's task, which a stop waits for.

        From here on the task speaks the member's language.
        """
        kind = "autocomplete"
        if interaction.type is discord.InteractionType.application_command and interaction.command:
            kind = f"/{interaction.command.qualified_name}"
        self.client.answers.note(interaction, kind)
        speak(interaction.locale.value)
        return True

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        """Answer with a sentence; a wrapped error is judged by what it wraps."""
        cause = getattr(error, "original", error)
        name = interaction.command.qualified_name if interaction.command else "a command"
        await answer_error(interaction, cause, f"/{name}")


class SpeedrunClient(discord.Client):
    """One bot, on one token. It needs the guilds intent, and no privileged one."""

    def __init__(
        self,
        *,
        db: Database,
        library: Library,
        sandbox: Sandbox,
        limits: Limits,
        clock: Clock,
        album: Album,
        meter: Meter,
        runs: Runs,
        workbench: LessonWorkbench,
        own_sandbox: Sandbox | None = None,
        may_run_own: Callable[[], bool] = lambda: True,
        keep_departed: timedelta = KEEP_DEPARTED,
        shards: Shards = ALL,
        tick_every: timedelta = TICK_EVERY,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        when_ready: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            # Messages and members arrive with each interaction; caching them serves nothing.
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            # discord.py waits two seconds for each further guild before it is ready. Nothing here
            # needs the guilds; members whose buttons wait need us.
            guild_ready_timeout=0.1,
            # Without it a limit of ten minutes, or of a day, is slept through in the request: a
            # place in the line that others wait for, or a start that never ends.
            max_ratelimit_timeout=LIMIT_PATIENCE_S,
            **self._connections(shards),
        )
        lean.install(self)
        self.answers = Answers(meter)
        self._rush = Rush(self._answer_press, self._keep_press)
        self._poster = fast.install(self, self._rush.take)
        pace = Pace.of_share(shards.share)
        announcer = MeasuredAnnouncer(DiscordAnnouncer(self, db, library, album, pace), meter)
        self.ctx = Context(
            *(db, library, sandbox, announcer, limits),
            keep_departed=keep_departed,
            own_sandbox=own_sandbox,
            may_run_own=may_run_own,
            shards=shards,
        )
        self.clock = clock
        self.tree = SpeedrunTree(self)
        desk = self.desk = Desk(self.ctx, clock, album, meter, runs, workbench)
        for command in all_commands(desk):
            self.tree.add_command(command)
        self._is_connected = False
        self._sleep = sleep
        self._greeter = Greeter(self, db, clock, pace)
        self._reminding = Reminding(self.ctx, DiscordCourier(self, pace))
        self.ticker = Ticker(
            self.ctx, clock, tick_every, sleep, self.connected_shards, self._reminding.send
        )
        self._when_ready = when_ready
        self._presses = Presses(desk)
        self._ticking: asyncio.Task[None] | None = None
        self._is_draining = False

    @staticmethod
    def _connections(_: Shards) -> dict[str, Any]:
        """What discord.py is told of shards: nothing, for one connection."""
        return {}

    def connected_shards(self) -> Collection[tuple[int, int]]:
        """The shards whose connections stand, as (id, count)."""
        return ONE_CONNECTION if self._is_connected else ()

    async def setup_hook(self) -> None:
        """Sync the commands if need be, and start the ticker: once, whatever reconnects follow."""
        if self.ctx.shards.is_first:
            await self.sync_commands()
        await self._reminding.start()
        self._ticking = asyncio.create_task(self.ticker.run(self._connected), name="ticker")

    async def _connected(self) -> None:
        await self.wait_until_ready()
        # `on_ready` runs in a task of its own, which may come after the first tick.
        self._is_connected = True

    async def sync_commands(self) -> None:
        """Tell Discord the commands where they are not those it was told last.

        Creations are limited to 200 a day, so the digest of what was sent is kept.
        """
        told = await digest(self.tree)
        key = f"commands of application {self.application_id}"
        if await recall(self.ctx.db, key) == told:
            return
        await self.tree.set_translator(CommandWords())
        try:
            await self.tree.sync()
        except (discord.HTTPException, discord.RateLimited) as error:
            if isinstance(error, discord.HTTPException) and error.status >= 500:
                raise
            # Posts and buttons work without; the next start tries again.
            log.error("Discord refused the commands: %s", error)  # noqa: TRY400  (its answer)
            return
        await remember(self.ctx.db, key, told)
        log.info("synced %s commands", len(self.tree.get_commands()))

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Hand a press or a submitted form on; slash commands go through the tree."""
        if interaction.type in _PRESSES:
            await self._answer_press(interaction)

    async def _answer_press(self, interaction: discord.Interaction[Any], waited: float = 0) -> None:
        """Answer a press that has waited so many seconds for its turn; raises nothing."""
        action = self._noted(interaction, waited)
        await self._presses.handle(interaction, action)
        await self._reminding.tell(interaction)

    async def _keep_press(self, interaction: discord.Interaction[Any], waited: float) -> None:
        """Do what is left to do for a press that waited too long for an answer; raises nothing."""
        interaction.extras["outcome"] = "late"
        await self._presses.keep(interaction, self._noted(interaction, waited))

    def _noted(self, interaction: discord.Interaction[Any], waited: float) -> Action | None:
        """What a press means; its answer is noted."""
        action = parse(custom_id_of(interaction))
        self.answers.note(interaction, action.verb if action else "unknown", waited)
        return action

    async def on_app_command_completion(
        self, interaction: discord.Interaction[Any], _: object
    ) -> None:
        """Follow a command's answer with what its member has still to be told.

        Not while the bot stops: what is not told now is told after the next command.
        """
        if self._is_draining:
            return
        self.answers.note_more()
        async with answering(interaction, "notices"):
            speak(str(interaction.locale))
            await tell_notices(self.desk, interaction)
        await self._reminding.tell(interaction)

    async def on_ready(self) -> None:
        """Say so in the log; may come again after a reconnect."""
        self.answers.note_beside()
        self._is_connected = True
        self._when_ready()
        log.info("ready as %s in %s guilds", self.user, len(self.guilds))
        await self._note_guilds()
        # Those that added the bot while it was away.
        await self._greeter.greet([guild.id for guild in self.guilds])

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Added to a server, perhaps again: whoever manages it is told how to set the bot up."""
        self.answers.note_beside()
        await self._note_guilds()
        await self._greeter.greet([guild.id])

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Removed from a server: its data are kept for a while."""
        self.answers.note_beside()
        await self._note_guilds()
        await self._greeter.left(guild.id)

    async def _note_guilds(self) -> None:
        if not self.is_ready():
            # Of a shard that is yet to come nothing is known; what follows notes them all.
            return
        present = [guild.id for guild in self.guilds]
        try:
            await note_guilds(self.ctx.db, present, self.clock.now(), self.ctx.shards)
        except StorageUnavailable as error:
            log.warning("did not note which servers there are, the next start does: %s", error)

    async def on_resumed(self) -> None:
        """Presses arrive again, those made meanwhile first."""
        self._is_connected = True

    async def on_disconnect(self) -> None:
        """Presses don't arrive; while it lasts, rounds lose time in which they can be played."""
        self._is_connected = False

    @property
    def is_connected(self) -> bool:
        """Whether presses arrive from every server."""
        return self._is_connected

    def gateway_state(self) -> GatewayState:
        """How it is connected, for a health check."""
        beat = self.latency
        return GatewayState(
            is_connected=self.is_connected,
            guilds=len(self.guilds),
            latency_s=beat if math.isfinite(beat) else None,
            ticked_at=self.ticker.ticked_at,
        )

    async def drain(self, seconds: float) -> None:
        """Begin nothing more, and wait so long for the answers and posts that are under way."""
        self._is_draining = True
        await self.answers.drain(lambda: self.ticker.stop() | self._rush.under_way, seconds)

    async def close(self) -> None:
        """Stop the ticker, what is under way, then the connection."""
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
        self._rush.forget()
        await self.answers.end()
        self._poster.close()
        await super().close()


def redirect(api_base: str, gateway_url: str) -> None:
    """Send every client of this process to another server: tests, and compatible services."""
    from yarl import URL  # noqa: PLC0415  (aiohttp's, and only needed here)

    discord.http.Route.BASE = api_base
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)

"""Members as they act: press, choose, type a command, submit a modal.

Each act returns what the bot answered.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any

from . import permissions as may
from .command_lookup import command_data
from .state import Interaction, Message, MessageFlag, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from datetime import datetime

    from .server import WireServer
    from .state import Channel, Guild, Json, User


class NoAnswer(AssertionError):
    """The bot did not answer in time: the person reads "This interaction failed"."""


class Answer:
    """What came back for one act.

    Await it for the first answer: ``answer = await server.press(...)``.
    """

    def __init__(self, interaction: Interaction) -> None:
        self.interaction = interaction
        self._event = asyncio.Event()
        interaction.on_change = self._event.set

    def __await__(self) -> Generator[Any, None, Answer]:
        return self.first().__await__()

    async def first(self, *, deadline: float = 3.0) -> Answer:
        """Wait for the callback.

        Raises NoAnswer after ``deadline`` seconds, Discord's three by default.
        """
        await self._until(lambda: self.interaction.callback_type is not None, deadline, "no answer")
        return self

    async def followup(self, count: int = 1, *, deadline: float = 5.0) -> Message:
        """Wait for the ``count``-th follow-up and return it."""
        await self._until(lambda: len(self.followups) >= count, deadline, f"no follow-up {count}")
        return self.followups[count - 1]

    async def edit(self, count: int = 1, *, deadline: float = 5.0) -> Message:
        """Wait for the ``count``-th edit of an answer; return the message as that edit left it."""
        await self._until(lambda: len(self.edits) >= count, deadline, f"no edit {count}")
        return self.edits[count - 1]

    async def _until(self, done: Callable[[], bool], deadline: float, what: str) -> None:
        try:
            async with asyncio.timeout(deadline):
                while not done():
                    self._event.clear()
                    await self._event.wait()
        except TimeoutError:
            raise NoAnswer(f"{what} within {deadline} s to {self.interaction.data}") from None

    def expire(self) -> None:
        """Let the token's fifteen minutes be over."""
        self.interaction.expired = True

    @property
    def type(self) -> int | None:
        """The callback's type: 4 message, 5 thinking, 6 nothing, 7 update, 8 choices, 9 modal."""
        return self.interaction.callback_type

    @property
    def data(self) -> Json:
        """The callback's data as the bot sent it."""
        return self.interaction.callback_data or {}

    @property
    def message(self) -> Message | None:
        """The message that answers, as it stands now.

        For an update the message that was pressed.
        """
        return self.interaction.original

    @property
    def text(self) -> str:
        """What the person reads in the answer, as it stands now."""
        return self.message.text if self.message is not None else ""

    @property
    def is_ephemeral(self) -> bool:
        """Whether only the person sees the answer."""
        return self.message is not None and self.message.is_ephemeral

    @property
    def is_thinking(self) -> bool:
        """Whether the answer still says that the bot is thinking."""
        return self.message is not None and bool(self.message.flags & MessageFlag.LOADING)

    @property
    def followups(self) -> list[Message]:
        """The follow-up messages, as they stand now."""
        return self.interaction.followups

    @property
    def edits(self) -> list[Message]:
        """The answers as each edit by token left them."""
        return self.interaction.edits

    @property
    def latency_ns(self) -> int:
        """Nanoseconds from the act to the callback's arrival; raises NoAnswer before that."""
        if self.interaction.answered_ns is None:
            raise NoAnswer("not answered yet")
        return self.interaction.answered_ns - self.interaction.fired_ns


class People:
    """Lets users act.

    An act that Discord's client would not offer raises AssertionError, so a test can't cheat.
    """

    def __init__(self, server: WireServer) -> None:
        self._server = server

    def press(
        self,
        user: User,
        message: Message,
        custom_id: str,
        *,
        at: datetime | None = None,
        stale: bool = False,
    ) -> Answer:
        """Press a button.

        ``at`` is the instant the interaction's id carries; now by default. ``stale`` presses what
        the message no longer offers, as a client may that has not heard of the edit yet.
        """
        found = {} if stale else _component(message, custom_id, 2)
        assert not found.get("disabled"), f"{custom_id!r} is disabled"
        data = {"custom_id": custom_id, "component_type": 2, "id": found.get("id", 0)}
        return Answer(self.act(3, user, self._channel(message), data, source=message, at=at))

    def select(
        self,
        user: User,
        message: Message,
        custom_id: str,
        values: Sequence[str],
        *,
        at: datetime | None = None,
    ) -> Answer:
        """Choose values in a string select."""
        found = _component(message, custom_id, 3)
        offered = [option["value"] for option in found["options"]]
        assert all(value in offered for value in values), f"{values} are not among {offered}"
        data = {
            "custom_id": custom_id,
            "component_type": 3,
            "id": found.get("id", 0),
            "values": list(values),
        }
        return Answer(self.act(3, user, self._channel(message), data, source=message, at=at))

    def slash(
        self,
        user: User,
        guild: Guild | None,
        channel: Channel,
        command: str,
        options: Mapping[str, Any] | None = None,
        *,
        focused: str | None = None,
        at: datetime | None = None,
    ) -> Answer:
        """Type a command, ``"speedrun leaderboard"`` with its groups.

        With ``focused`` ask for that option's choices.

        The person needs the command's default permissions. A user as an option goes by its id.
        """
        data, found = command_data(self._server.world, guild, command, options or {}, focused)
        needed = found["default_member_permissions"]
        if guild is not None and needed is not None:
            has = may.permissions_in(self._server.world, channel, user.id)
            enough = has & may.ADMINISTRATOR or has & int(needed) == int(needed) != 0
            assert enough, f"{user.name} is not offered /{command}"
        if guild is not None and self._server.bot.id not in guild.members:
            assert 1 in found["integration_types"], f"/{command} can't be installed by a user"
        assert guild is not None or found["contexts"] is None or 1 in found["contexts"], (
            f"/{command} is not for DMs"
        )
        return Answer(self.act(4 if focused else 2, user, channel, data, at=at))

    def submit_modal(
        self,
        answer: Answer,
        values: Mapping[str, Any],
        *,
        at: datetime | None = None,
        user: User | None = None,
    ) -> Answer:
        """Fill in and submit the modal that ``answer`` opened.

        ``values`` by custom id, the others as prefilled.
        """
        modal = answer.data
        assert answer.type == 9, "no modal was opened"
        known = {c["custom_id"] for c in walk(modal["components"]) if "custom_id" in c}
        assert set(values) <= known, f"the modal has {known}"
        parent = answer.interaction
        data = {
            "custom_id": modal["custom_id"],
            "components": [_filled(c, values) for c in modal["components"]],
        }
        channel = self._server.world.channels[parent.channel_id]
        who = user or parent.user
        return Answer(self.act(5, who, channel, data, source=parent.source, parent=parent, at=at))

    def act(
        self,
        kind: int,
        user: User,
        channel: Channel,
        data: Json,
        *,
        source: Message | None = None,
        parent: Interaction | None = None,
        at: datetime | None = None,
    ) -> Interaction:
        """Make an interaction of any kind and send it to the bot.

        The drivers above are shorter to use.
        """
        world = self._server.world
        guild = world.guild_of(channel)
        assert guild is None or user.id in guild.members, f"{user.name} is not in {guild.name}"
        if source is not None:
            assert source.visible_to in (None, user.id), f"{user.name} does not see this message"
            assert not source.deleted, "the message is gone"
        made = Interaction(
            world.ids.at(at),
            secrets.token_urlsafe(48),
            kind,
            user,
            channel.id,
            channel.guild_id,
            data,
            source,
            parent,
        )
        world.interactions[made.token] = made
        self._server.gateway.dispatch_interaction(made)
        return made

    def _channel(self, message: Message) -> Channel:
        return self._server.world.channels[message.channel_id]


def _component(message: Message, custom_id: str, kind: int) -> Json:
    for component in walk(message.components):
        if component.get("custom_id") == custom_id and component.get("type") == kind:
            return component
    offered = [c["custom_id"] for c in walk(message.components) if "custom_id" in c]
    raise AssertionError(f"{custom_id!r} is not in the message; it offers {offered}")


def _filled(component: Json, values: Mapping[str, Any]) -> Json:
    """Return one component of a submitted modal: inputs with values, what holds them around."""
    kind = component["type"]
    made: Json = {"type": kind, "id": component.get("id") or 0}
    if "components" in component:
        return made | {"components": [_filled(c, values) for c in component["components"]]}
    if "component" in component:
        return made | {"component": _filled(component["component"], values)}
    if "custom_id" not in component:
        return made
    made["custom_id"] = custom_id = component["custom_id"]
    if kind == 4:
        text = str(values.get(custom_id, component.get("value") or ""))
        least = component.get("min_length") or (1 if component.get("required", True) else 0)
        assert least <= len(text) <= (component.get("max_length") or 4000), (
            f"{custom_id!r} does not take {text!r}"
        )
        return made | {"value": text}
    chosen = values.get(custom_id, [])
    return made | (
        {"values": list(chosen)} if isinstance(chosen, list | tuple) else {"value": chosen}
    )

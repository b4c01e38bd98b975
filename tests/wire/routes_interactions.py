"""Routes that answer a person: the callback in three seconds, the rest for fifteen minutes."""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING

from . import payloads
from .calls import Call, Reply, Routes
from .command_rules import choice_rules
from .component_rules import modal_rules
from .errors import (
    already_acknowledged,
    invalid_form,
    invalid_webhook_token,
    unknown_interaction,
    unknown_message,
    unknown_webhook,
)
from .posting import Poster, delete_message, place_message
from .state import Message, MessageFlag

if TYPE_CHECKING:
    from .server import WireServer
    from .state import Interaction, Json

routes = Routes()

SEND, DEFER, DEFER_UPDATE, UPDATE, AUTOCOMPLETE, MODAL = 4, 5, 6, 7, 8, 9

_ALLOWED = {
    2: (SEND, DEFER, MODAL),
    3: (SEND, DEFER, DEFER_UPDATE, UPDATE, MODAL),
    4: (AUTOCOMPLETE,),
}
_ALLOWED_AFTER_MODAL = (SEND, DEFER, DEFER_UPDATE, UPDATE)


@routes.add("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
def callback(server: WireServer, call: Call) -> Reply:
    interaction = server.world.interactions.get(call.params["interaction_token"])
    if interaction is None or interaction.id != call.id("interaction_id"):
        raise unknown_interaction()
    if interaction.callback_type is not None:
        raise already_acknowledged()
    if (
        interaction.expired
        or time.monotonic() - interaction.fired_at > server.world.answer_deadline
    ):
        raise unknown_interaction()
    kind, data = call.body.get("type"), call.body.get("data") or {}
    allowed = _ALLOWED.get(interaction.type, _ALLOWED_AFTER_MODAL)
    if kind not in allowed or (kind in (DEFER_UPDATE, UPDATE) and interaction.source is None):
        why = f"callback type {kind} does not answer an interaction of type {interaction.type}"
        server.oracle.note("callback-type", call.method, call.path, why)
        raise invalid_form([("type", "BASE_TYPE_CHOICES", f"Value must be one of {set(allowed)}.")])
    _apply(server, call, interaction, kind, data)
    interaction.callback_type, interaction.callback_data = kind, data
    interaction.answered_ns = call.arrived_ns
    interaction.changed()
    if not call.flag("with_response"):
        return 204, None
    return 200, _resource(server, interaction, kind)


def _apply(server: WireServer, call: Call, interaction: Interaction, kind: int, data: Json) -> None:
    poster = Poster(server, call)
    channel = server.world.channels[interaction.channel_id]
    if kind == SEND:
        interaction.original = poster.create(data, channel, server.bot, interaction)
    elif kind == DEFER:
        interaction.original = _thinking(server, interaction, data)
        place_message(server, interaction.original)
    elif kind in (DEFER_UPDATE, UPDATE):
        assert interaction.source is not None
        if interaction.source.deleted:
            raise unknown_message()
        interaction.original = interaction.source
        if kind == UPDATE:
            poster.edit(data, interaction.source)
    elif kind == AUTOCOMPLETE:
        server.oracle.judge_found(
            call.method, call.path, choice_rules(data.get("choices") or [], "data.choices")
        )
    elif kind == MODAL:
        server.oracle.judge_found(call.method, call.path, modal_rules(data))


def _thinking(server: WireServer, interaction: Interaction, data: Json) -> Message:
    flags = MessageFlag.LOADING | ((data.get("flags") or 0) & MessageFlag.EPHEMERAL)
    made = Message(
        server.world.ids.at(), interaction.channel_id, server.bot, interaction.guild_id, flags=flags
    )
    made.interaction, made.application_id = interaction, server.application_id
    made.visible_to = interaction.user.id if made.is_ephemeral else None
    return made


def _resource(server: WireServer, interaction: Interaction, kind: int) -> Json:
    about: Json = {
        "id": str(interaction.id),
        "type": interaction.type,
        "channel_id": str(interaction.channel_id),
    }
    if interaction.guild_id is not None:
        about["guild_id"] = str(interaction.guild_id)
    message = interaction.original
    if message is not None:
        about["response_message_id"] = str(message.id)
        about["response_message_loading"] = bool(message.flags & MessageFlag.LOADING)
        about["response_message_ephemeral"] = message.is_ephemeral
    body: Json = {"interaction": about}
    if message is not None and kind in (SEND, UPDATE):
        body["resource"] = {
            "type": kind,
            "message": payloads.message(server.world, server.base, message),
        }
    return body


def _by_token(server: WireServer, call: Call) -> Interaction:
    if call.id("webhook_id") != server.application_id:
        raise unknown_webhook()
    interaction = server.world.interactions.get(call.params["webhook_token"])
    if interaction is None:
        raise unknown_webhook()
    if interaction.expired or time.monotonic() - interaction.fired_at > server.world.token_life:
        raise invalid_webhook_token()
    if interaction.callback_type is None:
        raise unknown_webhook()
    return interaction


def _original(interaction: Interaction) -> Message:
    if interaction.original is None or interaction.original.deleted:
        raise unknown_message()
    return interaction.original


def _one(interaction: Interaction, message_id: int) -> Message:
    for message in (interaction.original, *interaction.followups):
        if message is not None and message.id == message_id and not message.deleted:
            return message
    raise unknown_message()


@routes.add("POST", "/webhooks/{webhook_id}/{webhook_token}")
def follow_up(server: WireServer, call: Call) -> Reply:
    interaction = _by_token(server, call)
    channel = server.world.channels.get(interaction.channel_id)
    if channel is None:
        raise unknown_webhook()
    original = interaction.original
    poster = Poster(server, call)
    if original is not None and original.flags & MessageFlag.LOADING and not original.deleted:
        # The first follow-up to a "thinking" message becomes that message, and is as private as the
        # defer was.
        made = poster.edit(call.body, original)
    else:
        made = poster.create(call.body, channel, server.bot, interaction)
    interaction.followups.append(made)
    interaction.changed()
    return 200, payloads.message(server.world, server.base, made)


@routes.add("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
def get_original(server: WireServer, call: Call) -> Reply:
    return 200, payloads.message(server.world, server.base, _original(_by_token(server, call)))


@routes.add("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
def edit_original(server: WireServer, call: Call) -> Reply:
    interaction = _by_token(server, call)
    return _edit(server, call, interaction, _original(interaction))


@routes.add("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/@original")
def delete_original(server: WireServer, call: Call) -> Reply:
    delete_message(server, _original(_by_token(server, call)))
    return 204, None


@routes.add("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
def get_one(server: WireServer, call: Call) -> Reply:
    message = _one(_by_token(server, call), call.id("message_id"))
    return 200, payloads.message(server.world, server.base, message)


@routes.add("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
def edit_one(server: WireServer, call: Call) -> Reply:
    interaction = _by_token(server, call)
    return _edit(server, call, interaction, _one(interaction, call.id("message_id")))


@routes.add("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
def delete_one(server: WireServer, call: Call) -> Reply:
    delete_message(server, _one(_by_token(server, call), call.id("message_id")))
    return 204, None


def _edit(server: WireServer, call: Call, interaction: Interaction, message: Message) -> Reply:
    Poster(server, call).edit(call.body, message)
    interaction.edits.append(copy.copy(message))
    interaction.changed()
    return 200, payloads.message(server.world, server.base, message)

"""Settings of every layer's tests. Being here, it also puts the tree's top on the import path."""

from __future__ import annotations

import asyncio.constants
import traceback

from hypothesis import settings

# No deadline: the machine is shared. No example database: a test run leaves nothing behind.
settings.register_profile("house", deadline=None, max_examples=40, database=None)
settings.load_profile("house")

# asyncio's debug mode notes of each future and callback where it was made. Some frames say that;
# the whole stack, pytest's with it, took a third of the suite's time. What is checked is the same.
_FRAMES = 4
asyncio.constants.DEBUG_STACK_DEPTH = _FRAMES  # type: ignore[misc]
# The one in C asks for a stack without saying how much of it.
traceback.extract_stack.__defaults__ = (None, _FRAMES)

"""Settings of every layer's tests. Being here, it also puts the tree's top on the import path."""

from __future__ import annotations

from hypothesis import settings

# No deadline: the machine is shared. No example database: a test run leaves nothing behind.
settings.register_profile("house", deadline=None, max_examples=40, database=None)
settings.load_profile("house")

"""What the library imports only when it is used is there too, in every way of running."""

from __future__ import annotations

import pytest

from bot.core.runs import Outcome
from bot.sandbox.job import Environment
from bot.sandbox.limits import AUTHORED
from bot.sandbox.runner import SandboxRunner

PROTOCOL = """
from typing import Protocol, runtime_checkable

@runtime_checkable
class Purrs(Protocol):
    def purr(self): ...

class Cat:
    def purr(self): return 1

print(isinstance(Cat(), Purrs))
"""
DISPATCH = """
from functools import singledispatch

@singledispatch
def kind(thing): return "any"

@kind.register
def _(thing: int): return "int"

print(kind(1))
"""


@pytest.mark.parametrize(("code", "printed"), [(PROTOCOL, "True\n"), (DISPATCH, "int\n")])
async def test_a_module_that_loads_another_late_finds_it(code, printed):
    async with SandboxRunner() as sandbox:
        for python in sandbox.interpreters():
            if (python.major, python.minor) < (3, 8):
                continue
            for environment in (Environment(), Environment(hash_seed=1)):
                result = await sandbox.run(code, AUTHORED, python, environment=environment)
                assert (result.outcome, result.stdout) == (Outcome.OK, printed), python

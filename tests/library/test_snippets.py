"""What can be said of a snippet without running it, in any Python's grammar."""

from __future__ import annotations

import pytest

from bot.library.snippets import modules, unused_names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("tea = 1\nprint(tea)\n", []),
        ("tea = 1\nmilk = 2\nprint(tea)\n", [("milk", 2)]),
        ("import os\nimport sys\nprint(os.sep)\n", [("sys", 2)]),
        ("from typing import Any, List\nx: List[int] = []\nprint(x)\n", [("Any", 1)]),
        ("import os.path as p\nprint(1)\n", [("p", 1)]),
        ("for day in range(3):\n    print(1)\n", [("day", 1)]),
        ("for _ in range(3):\n    print(1)\n", []),
        ("def brew():\n    pass\n", [("brew", 1)]),
        ("@register\ndef brew():\n    pass\n", []),
        ("class Tea:\n    leaves = 2\n    def brew(self):\n        pass\nprint(Tea())\n", []),
        ("class Tea(Drink):\n    pass\n", []),
        ("try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(1)\n", [("error", 3)]),
        ("count = 0\ncount += 1\n", []),
        ("total: int\n", []),
        ("tea = 1\nprint(locals())\n", []),
        ("import this\n", []),
        ("from __future__ import annotations\nprint(1)\n", []),
        ("match 3:\n    case GREEN:\n        print(1)\n", []),
        ("def f():\n    n = 0\n    def g():\n        nonlocal n\n        n = 1\n    g()\nf()", []),
        ("if (n := 3) > 2:\n    print(1)\n", [("n", 1)]),
        # Python 2, which ast can't parse here: counted in the text.
        ("tea = 1\nmilk = 2\nprint tea\n", [("milk", 2)]),
        ("import os\nprint 'os'\n", [("os", 1)]),
        ("for day in [1]:\n    print day\n", []),
        ("def ask(): pass\nprint \"x\", ask(), 'ask'\n", []),
        ("tea = 1\nprint \"x\"\nmilk = 2\nprint 'tea'\n", [("tea", 1), ("milk", 3)]),
        # Newer than this Python, or than any.
        ("guests = ['Ada']\nlazy import json\nprint(f\"{\"\\n\".join(guests)}\")\n", []),
        ("name = 'Ada'\nspare = 1\nlazy import json\nprint(t'{name}')\n", [("spare", 2)]),
    ],
)  # fmt: skip
def test_names_that_are_bound_and_never_read(code, names):
    assert unused_names(code) == names


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import os, sys as system\n", {"os", "sys"}),
        ("from urllib.request import urlopen\n", {"urllib.request"}),
        ("print('import socket')\n", set()),
        ("# import socket\n", set()),
        ("if 1:\n    import random\n", {"random"}),
        ('"""\nimport socket\n"""\n', set()),
    ],
)
def test_modules_that_are_imported(code, found):
    assert modules(code) == found

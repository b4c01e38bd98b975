"""The author's guide is true: its example passes, and its list of rules is the list of rules.

After a change of the rules: ``python tests/library/test_docs.py`` writes the list anew.
"""

from __future__ import annotations

import re
from pathlib import Path

from bot.library.files import read_bytes
from bot.library.loading import lesson_faults
from bot.library.registry import RULES

GUIDE = Path(__file__).parents[2] / "docs" / "lessons.md"
RULE_LIST = re.compile(r"(?<=<!-- rules -->\n).*?(?=<!-- end of rules -->)", re.DOTALL)


def table():
    rows = [
        (f"`{rule.name}`", "essential" if rule.essential else "", rule.reason, rule.way_out)
        for rule in RULES
    ]
    lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows]
    head = ["| rule | | because | way out |", "|---|---|---|---|"]
    return "\n".join([*head, *(f"| {line} |" for line in lines), ""])


def test_the_example_passes_every_rule_that_needs_no_run():
    example = GUIDE.read_text("utf-8").split("```yaml\n")[1].split("```")[0]
    file = read_bytes(example.encode(), Path("pep-0618.yaml"))
    assert [str(fault) for fault in lesson_faults(file)] == []


def test_the_list_of_rules_is_complete():
    assert RULE_LIST.search(GUIDE.read_text("utf-8"))[0] == table()


if __name__ == "__main__":
    GUIDE.write_text(RULE_LIST.sub(lambda _: table(), GUIDE.read_text("utf-8")), "utf-8")

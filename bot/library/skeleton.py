"""The beginning of a lesson file, filled with what the PEP's header says. Writes no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.library.facts import PepFacts

_TEMPLATE = """\
# docs/lessons.md explains every field. The PEP's own title: {title}
schema: 1
pep: {pep}
title: TODO what it gives you, in at most 60 characters
tagline: TODO one sentence that makes somebody stop scrolling
python: {{version: "{version}", year: {year}}}
category: {category}
level: intermediate
status: {status}
tags: [todo]
track:
  title: TODO a page of the docs to go on with
  url: https://docs.python.org/3/TODO
prose:
  - >-
    TODO What did people write before, and where did it hurt?
  - >-
    TODO What does the PEP give, and how does it behave?
before:
  label: Python {before}, TODO how it was done
  python: {{min: "2.7"}}
  code: |
    TODO
  stdout: |
    TODO
after:
  label: Python {version}, TODO how it is done
  python: {{min: "{version}"}}
  code: |
    TODO
  stdout: |
    TODO
puzzles:
{puzzles}related:
  - {{pep: 0, hook: TODO}}
  - {{pep: 0, hook: TODO}}
sources:
  - {{title: PEP {pep}, url: "https://peps.python.org/pep-{pep:04d}/"}}
  - {{title: TODO, url: "https://docs.python.org/3/TODO"}}
"""
_PUZZLE = """\
  - id: {pep}-todo-{number}
    prompt: TODO a question with a little story, without the answer
    python: {{min: "{version}"}}
    difficulty: 3
    code: |
      TODO
    hint: TODO points at the rule
    options:
      - stdout: |
          TODO
        why: TODO what is so (the right option has no misconception; vary its place)
      - stdout: |
          TODO
        why: TODO what one would have to believe, and what is so instead
        misconception: todo-a-belief
      - raises: TypeError
        why: TODO
        misconception: todo-another-belief
    explanation: TODO the rule, in at most 60 words
"""
_PUZZLES = 3


def skeleton(facts: PepFacts) -> str:
    """A file to be filled in; every TODO is a fault until it is replaced."""
    version = str(facts.versions[-1]) if facts.versions else "3.0"
    newest = facts.versions[-1] if facts.versions else None
    before = f"{newest.major}.{newest.minor - 1}" if newest and newest.minor else "2.7"
    puzzles = "".join(
        _PUZZLE.format(pep=facts.pep, number=number, version=version)
        for number in range(1, _PUZZLES + 1)
    )
    return _TEMPLATE.format(
        pep=facts.pep,
        title=facts.title,
        version=version,
        year=facts.year,
        category=facts.category,
        status=facts.status,
        before=before,
        puzzles=puzzles,
    )

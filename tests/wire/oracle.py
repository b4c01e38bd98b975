"""Judges every request and every answer of ours, and keeps what broke a rule for the test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import openapi
from .errors import Refused, empty_message, invalid_form
from .rules import Broken

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .component_rules import Found


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule.

    ``rule`` is a name from the rules files, ``schema``, ``unknown-route`` or ``answer``.
    """

    rule: str
    method: str
    path: str
    where: str
    why: str


class Oracle:
    """Schema rules where the description is present, and the semantic rules always."""

    def __init__(self, *, use_schema: bool = True, check_answers: bool = True) -> None:
        self.violations: list[Violation] = []
        self.description = openapi.published() if use_schema else None
        self.why_no_schema = None if self.description else (openapi.why_missing() or "turned off")
        self._check_answers = check_answers and self.description is not None
        self._is_on = True

    def turn_off(self) -> None:
        """Judge nothing from now on: a benchmark measures the bot, not the judge."""
        self._is_on = False
        self._check_answers = False

    def judge_request(self, method: str, path: str, template: str, body: Any) -> None:
        """Hold a JSON body against the published schema.

        Raises Refused(400) where it does not fit.
        """
        if not self._is_on or self.description is None:
            return
        if not self.description.knows(method, template):
            self.violations.append(
                Violation("unknown-route", method, path, "", "Discord publishes no such route")
            )
            return
        faults = self.description.request_faults(method, template, body) if body is not None else []
        if faults:
            self.violations += [
                Violation("schema", method, path, where, why) for where, why in faults
            ]
            raise invalid_form([(where, "BASE_TYPE_REQUIRED", why) for where, why in faults])

    def judge_rules(self, method: str, path: str, broken: Iterable[Broken]) -> None:
        """Raise the refusal Discord would give for broken rules, if there are any; keep them."""
        if not self._is_on:
            return
        found = list(broken)
        self.violations += [Violation(b.rule, method, path, b.path, b.message) for b in found]
        if not found:
            return
        if any(b.status == 500 for b in found):
            raise Refused(500, 0, "500: Internal Server Error")
        if all(b.rule == "empty" and b.code == "EMPTY" for b in found):
            raise empty_message()
        raise invalid_form([(b.path, b.code, b.message) for b in found])

    def judge_found(self, method: str, path: str, found: Iterable[Found]) -> None:
        """As `judge_rules`, for rules that come as plain tuples."""
        self.judge_rules(method, path, (Broken(*item) for item in found))

    def note(self, rule: str, method: str, path: str, why: str) -> None:
        """Keep a violation that Discord would let pass but that is surely a mistake."""
        if self._is_on:
            self.violations.append(Violation(rule, method, path, "", why))

    def judge_answer(self, method: str, path: str, template: str, status: int, body: Any) -> None:
        """Keep it when an answer isn't as Discord's would be: then this server is wrong."""
        if not self._check_answers or self.description is None:
            return
        for where, why in self.description.answer_faults(method, template, status, body):
            self.violations.append(Violation("answer", method, path, where, f"{status}: {why}"))

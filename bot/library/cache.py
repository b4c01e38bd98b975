"""Runs that were made before, by content, interpreter and limits. Can be deleted at any time.

One small JSON file a snippet: its name is a hash of everything that the result depends on but the
trial; inside, a result for each trial. A damaged file counts as absent.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.core.runs import Outcome, RunResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.runs import Limits
    from bot.library.trials import Subject, Trial

log = logging.getLogger(__name__)

# Count this up when a change of the sandbox or of the trials makes old results worthless.
_FORMAT = 1


class RunCache:
    """Results in a folder; with None for a folder it keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def load(self, subject: Subject, limits: Limits) -> dict[str, RunResult]:
        """All known results of a subject, by `trial_key`."""
        if self._folder is None:
            return {}
        try:
            rows = json.loads(self._path(self._folder, subject, limits).read_bytes())
            return {key: _result(row) for key, row in rows.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            log.info("left out a damaged cache file: %s", error)
            return {}

    def save(self, subject: Subject, limits: Limits, results: Mapping[str, RunResult]) -> None:
        """Keep results, but no time-outs: the next run may differ. A full disk is no error."""
        if self._folder is None:
            return
        rows = {
            key: asdict(run)
            for key, run in results.items()
            if run.outcome in (Outcome.OK, Outcome.ERROR)
        }
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".tmp")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(rows, stream)
            Path(name).replace(self._path(self._folder, subject, limits))
        except OSError as error:
            log.info("runs could not be kept: %s", error)

    def forget(self, subject: Subject, limits: Limits) -> None:
        """Drop what is known of a subject, so that it runs again next time."""
        if self._folder is not None:
            try:
                self._path(self._folder, subject, limits).unlink(missing_ok=True)
            except OSError as error:
                log.info("runs could not be forgotten: %s", error)

    @staticmethod
    def _path(folder: Path, subject: Subject, limits: Limits) -> Path:
        item = subject.item
        content = [_FORMAT, item.code, subject.stdin, sorted(item.needs), asdict(limits)]
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        return folder / f"{digest[:32]}.json"


def trial_key(trial: Trial, identity: str) -> str:
    """A trial's name in the cache; ``identity`` is the interpreter's exact version."""
    return f"{identity} | {trial.condition}"


def _result(row: dict[str, Any]) -> RunResult:
    return RunResult(**{**row, "outcome": Outcome(row["outcome"])})

"""Rules on facts: what the PEPs' headers say, and where links lead. Asks no network."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.library.facts import pep_facts
from bot.library.rules.base import Finding, lesson_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.lessons import Link
    from bot.library.files import LessonFile
    from bot.library.rules.base import Where

DOCS_HOSTS = ("docs.python.org", "typing.python.org", "packaging.python.org")
HOSTS = (*DOCS_HOSTS, "peps.python.org")


@lesson_rule(
    "known-pep",
    reason="A number that the catalogue does not know is a slip or a PEP that nobody checked.",
    way_out="mend the number, or add the PEP's header to bot/library/facts.tsv",
)
def known_pep(file: LessonFile) -> Iterator[Finding]:
    """The PEP is in the catalogue, and so are the related ones."""
    if file.lesson.pep not in pep_facts():
        yield Finding(("pep",), f"PEP {file.lesson.pep} is not in the catalogue")
    for index, related in enumerate(file.lesson.related):
        if related.pep not in pep_facts():
            why = f"PEP {related.pep} is not in the catalogue"
            yield Finding(("related", index), why)


@lesson_rule(
    "true-status",
    reason="The page shows the PEP's state as its header gives it.",
    way_out="take the status from the PEP's header",
)
def true_status(file: LessonFile) -> Iterator[Finding]:
    """The status agrees with the header."""
    facts = pep_facts().get(file.lesson.pep)
    if facts and facts.status != file.lesson.status:
        yield Finding(("status",), f"PEP {facts.pep} is {facts.status}, not {file.lesson.status}")


@lesson_rule(
    "true-release",
    reason="The headline names the Python and the year.",
    way_out="take the version from the PEP's header; the year is its release's",
)
def true_release(file: LessonFile) -> Iterator[Finding]:
    """Version and year agree with the header."""
    lesson, facts = file.lesson, pep_facts().get(file.lesson.pep)
    if facts is None or not facts.versions:
        return
    if lesson.python not in facts.versions:
        known = ", ".join(map(str, facts.versions))
        yield Finding(("python",), f"PEP {facts.pep} came with Python {known}, not {lesson.python}")
    if lesson.year != facts.year:
        yield Finding(("python",), f"that was in {facts.year}, not {lesson.year}")


@lesson_rule(
    "not-superseded",
    reason="Facts are checked before they are taught; a superseded PEP teaches the past.",
    way_out="write on, or link to, the PEP that replaced it",
)
def not_superseded(file: LessonFile) -> Iterator[Finding]:
    """Neither the lesson's PEP nor a related one was superseded."""
    facts = pep_facts()
    own = facts.get(file.lesson.pep)
    if file.lesson.superseded_by is not None or (own and own.status == "Superseded"):
        yield Finding(("pep",), f"PEP {file.lesson.pep} was superseded")
    for index, related in enumerate(file.lesson.related):
        known = facts.get(related.pep)
        if known and known.status == "Superseded":
            yield Finding(("related", index), f"PEP {related.pep} was superseded")


@lesson_rule(
    "after-from-release",
    reason="What a PEP brought can't run before it, unless it was backported.",
    way_out="raise after's min, or give the reason in works_below",
)
def after_from_release(file: LessonFile) -> Iterator[Finding]:
    """The after code's minimum is not older than the PEP's release."""
    lesson, facts = file.lesson, pep_facts().get(file.lesson.pep)
    oldest = min(facts.versions) if facts and facts.versions else lesson.python
    after = lesson.after
    if facts and facts.versions and after.python.min < oldest and after.works_below is None:
        why = f"min {after.python.min} is older than Python {oldest}, which has the PEP"
        yield Finding(("after", "python"), why)


@lesson_rule(
    "official-links",
    reason="Links in daily posts lead to pages that stay: PEPs and the official docs, by https.",
    way_out=f"link to {', '.join(HOSTS)}",
    essential=True,
)
def official_links(file: LessonFile) -> Iterator[Finding]:
    """All links are https and on an allow-list of hosts; the track leads to the docs."""
    links: list[tuple[Where, Link, tuple[str, ...]]] = [
        (("track", "url"), file.lesson.track, DOCS_HOSTS)
    ]
    links += [(("sources", i, "url"), link, HOSTS) for i, link in enumerate(file.lesson.sources)]
    for where, link, hosts in links:
        if not _leads_to(link.url, hosts):
            yield Finding(where, f"{link.url!r} does not lead to {' or '.join(hosts)}")


def _leads_to(url: str, hosts: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    plain = (
        url.isascii() and url.isprintable() and " " not in url and not set(url) & set("<>()[]|\\")
    )
    # netloc and not hostname: a port or a user name has no place here.
    return plain and parts.scheme == "https" and parts.netloc in hosts


@lesson_rule(
    "both-sources",
    reason="Readers want the reasons (the PEP) and the manual (the docs).",
    way_out="add the PEP's own address, https://peps.python.org/pep-NNNN/, and a page of the docs",
)
def both_sources(file: LessonFile) -> Iterator[Finding]:
    """Sources hold the PEP itself and at least one docs page."""
    urls = [link.url for link in file.lesson.sources]
    own = f"https://peps.python.org/pep-{file.lesson.pep:04d}/"
    if own not in urls:
        yield Finding(("sources",), f"{own} is not among the sources")
    if not any(_leads_to(url, DOCS_HOSTS) for url in urls):
        yield Finding(("sources",), "no source is a page of the docs")


@lesson_rule(
    "related-elsewhere",
    reason="The select under the post offers other PEPs.",
    way_out="name two or three different PEPs",
)
def related_elsewhere(file: LessonFile) -> Iterator[Finding]:
    """Related PEPs are different, and not this one."""
    seen = {file.lesson.pep}
    for index, related in enumerate(file.lesson.related):
        if related.pep in seen:
            yield Finding(("related", index), f"PEP {related.pep} is this lesson, or named already")
        seen.add(related.pep)


FACT_RULES = (
    known_pep,
    true_status,
    true_release,
    not_superseded,
    after_from_release,
    official_links,
    both_sources,
    related_elsewhere,
)

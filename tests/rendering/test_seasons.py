"""A season's podium, its final ranks and the seasons that are over, as exact words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.core.seasons import Season, SeasonFacts, SeasonState
from bot.core.windows import Standing
from bot.rendering.cards import Buttons, Text
from bot.rendering.seasons import final_ranks_card, past_seasons_card, season_card

SEASON = Season(5, 1, date(2026, 11, 1), SeasonState.POSTED, players=14)
ROWS = (
    Standing(1, 7, 900, 6, 5, 100_000),
    Standing(1, 8, 900, 6, 6, 120_000),
    Standing(3, 9, 100, 1, 1, 30_000),
    Standing(4, 10, 0, 1, 0, 0),
)
FACTS = SeasonFacts(SEASON, ROWS, Standing(12, 42, 0, 3, 0, 0))


def words(card):
    return "\n".join(block.markdown for block in card.blocks if isinstance(block, Text))


def test_the_podium_has_three_ranks_with_their_ties():
    card = season_card(FACTS)
    assert words(card) == (
        "## The season of November 2026\n"
        "🥇 **1.** <@7> · **900** · 5/6 · 100.0 s\n"
        "🥇 **1.** <@8> · **900** · 6/6 · 2 min 00 s\n"
        "🥉 **3.** <@9> · **100** · 1/1 · 30.0 s\n"
        "-# 14 players. A new season has begun: everyone starts at nought."
    )
    [row] = [block for block in card.blocks if isinstance(block, Buttons)]
    assert [button.custom_id for button in row.buttons] == ["speedrun:season:5"]


def test_final_ranks_end_with_the_reader_s_own():
    told = words(final_ranks_card(FACTS))
    assert told.startswith("## Final ranks of November 2026\n**1.** <@7>")
    assert "**4.** <@10> · **0** · 0/1\n…\n**12.** <@42> · **0** · 0/3 (you)\n-# 14 p" in told
    own = words(final_ranks_card(replace(FACTS, viewer=ROWS[0])))
    assert "5/6 · 100.0 s (you)\n" in own
    assert "…" not in own


def test_past_seasons_name_who_won():
    hidden = SeasonFacts(replace(SEASON, month=date(2026, 10, 1)), ())
    assert words(past_seasons_card((FACTS, hidden))) == (
        "## Past seasons\n"
        "**November 2026** · 🥇 <@7>, <@8> · **900 points** · 14 players\n"
        "**October 2026** · 🥇 … · 14 players"
    )
    assert "No season is over yet." in words(past_seasons_card(()))

"""Checks of the whole journey: what cannot be seen from one key alone (LANGUAGE.md, "What the checker must also find")."""

from __future__ import annotations

from handrail.language.draft import Draft, Keys
from handrail.language.outline import Outline
from handrail.terms.plan import Plan


def check(draft: Draft, plan: Plan, outlines: list[Outline], keys: Keys) -> None:
    """Says everything that is wrong with the journey as a whole."""

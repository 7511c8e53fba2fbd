"""Conditions looked at again: which clauses decided, with what was needed, what was seen, who said so and how old it was."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET, structs

from handrail.conditions.explain import Clause, explain, would_flip
from handrail.conditions.scope import Scope
from handrail.insight.answer import Because
from handrail.insight.telling.wording import (
    A_CHANGE,
    NameOf,
    age_text,
    count_text,
    day_of,
    fact_text,
    leaf_of,
    needed_text,
    path_text,
    subject_of,
    value_text,
)
from handrail.terms.expression import Changed, Expression


class Teller:
    """Says clauses in words, with the names of people and the zone of one answer."""

    def __init__(self, name_of: NameOf, zone: str) -> None:
        self.name_of = name_of
        self.zone = zone

    def why_not(self, condition: Expression, scope: Scope, rule: str, place: str) -> tuple[Because, ...]:
        """The clauses that would have had to come out otherwise; of a true condition, none."""
        whole = explain(condition, scope)
        if whole.verdict is True:
            return ()
        return tuple(self._because(condition, leaf, scope, rule, place) for leaf in would_flip(whole))

    def why(self, condition: Expression, scope: Scope, rule: str, place: str) -> tuple[Because, ...]:
        """The clauses that made the condition true."""
        whole = explain(condition, scope)
        wanted = whole.verdict
        leaves = [leaf for leaf in _leaves(whole) if leaf.verdict is wanted]
        told = [self._because(condition, leaf, scope, rule, place) for leaf in leaves]
        return tuple(
            structs.replace(each, text=each.text.replace(f"; needed: {each.needed}", ""), needed="") for each in told
        )

    def seen(self, condition: Expression, scope: Scope) -> dict[str, str]:
        """Everything that the condition read, by path."""
        return {
            path: value_text(value, self.name_of, self.zone)
            for leaf in _leaves(explain(condition, scope))
            for path, value in leaf.seen.items()
        }

    def fine(self, condition: Expression, scope: Scope) -> tuple[str, ...]:
        """What was looked at and was as it should be."""
        whole = explain(condition, scope)
        flips = set(map(id, would_flip(whole)))
        said = [self._seen(condition, leaf) for leaf in _leaves(whole) if id(leaf) not in flips]
        return tuple(dict.fromkeys(text for text in said if text))

    def _because(self, condition: Expression, leaf: Clause, scope: Scope, rule: str, place: str) -> Because:
        test = leaf_of(condition, leaf)
        subject = subject_of(test, leaf)
        seen = {path: value_text(value, self.name_of, self.zone) for path, value in leaf.seen.items()}
        needed = needed_text(test, seen, wanted=leaf.verdict is not True)
        origin = leaf.origins.get(subject)
        known = leaf.verdict is not UNSET
        value = seen.get(subject, "not known") if known else "not known"
        text = f"{_fact(test, subject or leaf.text, value)}; needed: {needed}"
        source, as_of, age = "", None, ""
        if origin is not None:
            source, as_of, age = origin.source, origin.as_of, age_text(origin.as_of, scope.now)
            text += f" (told by {origin.source} as of {day_of(origin.as_of, self.zone)})"
            if origin.stale_since is not None:
                text += f", and not told any more since {day_of(origin.stale_since, self.zone)}"
        return Because(rule, text, place, leaf.text, needed, seen, source, as_of, age, subject=subject)

    def _seen(self, condition: Expression, leaf: Clause) -> str:
        subject = subject_of(leaf_of(condition, leaf), leaf)
        if not subject:
            return ""
        return fact_text(subject, value_text(leaf.seen[subject], self.name_of, self.zone))


def short(because: tuple[Because, ...]) -> str:
    """The clauses in one breath: `contract is contractor, and permanent is needed`."""
    parts = []
    for each in because:
        subject = each.text.partition("; needed: ")[0]
        plain = each.needed in (f"not {each.seen.get(each.subject)}", A_CHANGE)
        parts.append(subject if plain else f"{subject}, and has to be {each.needed}")
    if len(parts) > 2:
        return f"{parts[0]}; {count_text(len(parts) - 1, 'more clause')} did not hold either"
    return "; ".join(parts)


def _fact(test: Expression | None, subject: str, value: str) -> str:
    """What was seen, in words; of a change that was asked for and did not come, that it did not."""
    if isinstance(test, Changed):
        return f"{path_text(subject)} did not change (it is {value})"
    return fact_text(subject, value)


def _leaves(clause: Clause) -> Iterator[Clause]:
    if not clause.joined:
        yield clause
    for child in clause.children:
        yield from _leaves(child)

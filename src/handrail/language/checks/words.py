"""Messages and texts that are not written in every language of the organization."""

from __future__ import annotations

from handrail.language.draft import Draft, Keys
from handrail.terms.plan import Plan


def check(draft: Draft, plan: Plan, keys: Keys) -> None:
    """A message must be there in the organization's language; what else is missing is remarked."""
    first, *others = draft.catalog.languages
    for name, place in draft.messages:
        there = draft.catalog.messages.get(name, frozenset())
        if first not in there:
            draft.say(
                "J115",
                place,
                f'message "{name}" is not written in {first}, the organization\'s language',
                advice=f"Add a part for {first} to messages/{name}.md.",
            )
        missing = sorted(set(others) - there)
        if missing:
            draft.remark("J151", place, f'message "{name}" is not written in {", ".join(missing)}')
    _texts(draft, plan, keys)


def _texts(draft: Draft, plan: Plan, keys: Keys) -> None:
    """The texts in the file itself, for each language that is not its own."""
    own = plan.language or draft.catalog.languages[0]
    written = draft.catalog.translations.get(plan.journey, {})
    for language in draft.catalog.languages:
        missing = sorted(set(draft.texts) - written.get(language, frozenset()))
        if language != own and missing:
            draft.remark(
                "J151",
                keys["journey"].key.place,
                f"not yet in {language}: {', '.join(missing)}",
                f"Write them in messages/{plan.journey}.{language}.yaml.",
            )

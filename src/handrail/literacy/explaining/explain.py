"""A plan told as a whole: what begins it, who stays in it, its steps in their order, how it ends."""

from __future__ import annotations

from handrail.literacy.explaining.explanation import Explanation, Section
from handrail.literacy.explaining.frame import step_told
from handrail.literacy.explaining.glossary import NO_GLOSSARY, Glossary
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.whole.beginning import beginning
from handrail.literacy.explaining.whole.ending import ending
from handrail.literacy.explaining.whole.rules import rules, who_is_who
from handrail.literacy.explaining.whole.staying import pausing, staying
from handrail.literacy.explaining.words.owners import accountable_said
from handrail.terms.plan import Places, Plan


def explain(plan: Plan, places: Places, glossary: Glossary = NO_GLOSSARY) -> Explanation:
    """The journey in plain English. `glossary` tells what the plan only names; the lines are those of `places`."""
    t = Telling(plan, places, glossary)
    return Explanation(
        journey=plan.journey,
        title=plan.title,
        purpose=plan.purpose,
        accountable=accountable_said(t),
        file=places.file,
        plan=plan.hash,
        before=(
            Section("begins", "What begins it", tuple(beginning(t))),
            Section("stays", "Who stays in it", tuple(staying(t))),
            Section("pauses", "When it pauses", tuple(pausing(t))),
        ),
        steps=tuple(step_told(t, step) for step in range(len(plan.steps))),
        after=(
            Section("ends", "How it ends", tuple(ending(t))),
            Section("who", "Who is who", tuple(who_is_who(t))),
            Section("rules", "What holds throughout", tuple(rules(t))),
        ),
    )

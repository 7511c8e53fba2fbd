"""Which plans there are: all that runs may keep, and those that new runs take now.

Read from the store once and kept; publishing tells it anew.
"""

from __future__ import annotations

from typing import Final

from handrail.language.needs import owners_in
from handrail.store.opening import Store
from handrail.store.rows import PlanRow, PublicationRow
from handrail.terms import coding
from handrail.terms.expression import Path
from handrail.terms.organization import Organization
from handrail.terms.plan import Places, Plan, Start, Wait

_ASIDE: Final = ("sponsor", "role", "person", "path")
_MAIL_WAITS: Final = "SELECT journey FROM mail_hold WHERE ended IS NULL"
_OPEN: Final = "SELECT journey, plan FROM publication WHERE until IS NULL"


def answers_for(plan: Plan, organization: Organization) -> str:
    """Who is accountable for a journey, where that is somebody whom no learner is needed to find; else the organization's owner."""
    named = next((path for path in plan.accountable if path.kind in ("team", "person", "contact")), None)
    return f"{named.kind}:{named.name}" if named is not None else organization.owner


class Plans:
    """Plans by number and hash, current ones by journey, triggers by the kind of event that sets them off.

    `looks_back` has, by a plan's hash, the kinds of event of which one from before a run may count in it. `leads_aside` are
    the hashes of plans with owners beside teams, the learner and those above them,
    `mail_waits` the journeys whose messages wait until somebody lets them go.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.by_number: dict[int, Plan] = {}
        self.numbers: dict[str, int] = {}
        self.current: dict[str, Plan] = {}
        self.by_event: dict[str, list[tuple[Plan, Start]]] = {}
        self.places: dict[str, Places] = {}
        self.need_records = False
        self.looks_back: dict[str, tuple[str, ...]] = {}
        self.leads_aside: set[str] = set()
        self.mail_waits: frozenset[str] = frozenset()
        self.read()

    def read(self) -> None:
        """Read every plan and what is current from the store."""
        for row in self._store.database.look("SELECT * FROM plan"):
            kept = PlanRow(*row)
            self._keep(kept.id, coding.unpack(kept.body, Plan), coding.unpack(kept.places, Places))
        self.current = {str(journey): self.by_number[int(plan)] for journey, plan in self._store.database.look(_OPEN)}
        self._index()
        self.read_mail_holds()

    def read_mail_holds(self) -> None:
        """Read from the store which journeys are so new that their messages wait."""
        self.mail_waits = frozenset(str(journey) for (journey,) in self._store.database.look(_MAIL_WAITS))

    def _keep(self, number: int, plan: Plan, places: Places) -> None:
        self.by_number[number] = plan
        self.numbers[plan.hash] = number
        self.places[plan.hash] = places
        self.looks_back[plan.hash] = _looks_back(plan)
        if any(path.kind in _ASIDE for path in owners_in(plan)):
            self.leads_aside.add(plan.hash)

    def _index(self) -> None:
        self.need_records = any(plan.needs.record for plan in self.by_number.values())
        self.by_event = {}
        for plan in self.current.values():
            for trigger in plan.starts:
                if trigger.event:
                    self.by_event.setdefault(trigger.event, []).append((plan, trigger))

    def rows_for(self, plan: Plan, places: Places, now_ms: int, by: str) -> tuple[list[PlanRow], list[PublicationRow]]:
        """The rows that make `plan` current from now on; none when it is so already."""
        if self.current.get(plan.journey) == plan:
            return [], []
        plans: list[PlanRow] = []
        number = self.numbers.get(plan.hash)
        if number is None:
            number = self._store.numbers("plan", 1)[0]
            plans.append(PlanRow(number, plan.hash, plan.journey, coding.pack(plan), coding.pack(places)))
        ended = self._store.database.look(
            "SELECT * FROM publication WHERE until IS NULL AND journey = ?", (plan.journey,)
        )
        publications = [PublicationRow(*row)._replace(until=now_ms) for row in ended]
        publications.append(PublicationRow(plan.journey, now_ms, number, None, by))
        return plans, publications

    def number(self, plan: Plan) -> int:
        """The plan's number in the store."""
        return self.numbers[plan.hash]


def _looks_back(plan: Plan) -> tuple[str, ...]:
    """The kinds that waits with a `counts_from` of their own wait for; a person's own events are told by their versions."""
    waits = [step.body for step in plan.steps if isinstance(step.body, Wait)]
    kinds = [kind for wait in waits if _counts_earlier(wait) for kind in wait.events]
    return tuple(dict.fromkeys(kind for kind in kinds if not kind.startswith("person.")))


def _counts_earlier(wait: Wait) -> bool:
    since = wait.counts_from
    return since is not None and not (isinstance(since, Path) and since.names == ("opening",))

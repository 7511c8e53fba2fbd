"""*Person*: what is known of somebody and by whom, what is open about them, and everything that happened."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.desk.persons.person import OnePerson, one_person
from handrail.insight.past import then_of
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.numbers import Number
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("person", "Person", "/people/P-{number}", within="people", example="/people/P-2")
MOMENTS: Final = 30


class PersonShown(Struct, frozen=True):
    """What the page shows. `own`: it is the viewer's own page; `earlier` is the address of what happened before."""

    person: OnePerson
    own: bool
    earlier: str
    newest: str


@router.get(PAGE.path)
def person(
    visit: Annotated[Visit, visiting(PAGE)], number: Number, before: Annotated[int, Query(ge=0, lt=2**62)] = 0
) -> Response:
    """The page, for whoever may see the person; a look at it is kept in the audit."""
    known = visit.past.person(number, then_of(visit.now))
    if known is None or not visit.viewer.sees(number, known):
        advice = (
            "Look for them by name under People." if visit.viewer.may("see people") else "Ask whoever sent you here."
        )
        raise Refused(404, f"Nobody whom you may see is P-{number}.", advice)
    found = one_person(visit.past, number, visit.now, MOMENTS, before)
    assert found is not None, "somebody who is known is found"
    if visit.viewer.person != number:
        visit.looked_at("person looked at", person=number)
    here = f"/people/P-{number}"
    earlier = f"{here}?before={found.more}#happened" if found.more else ""
    shown = PersonShown(found, visit.viewer.person == number, earlier, f"{here}#happened" if before else "")
    return visit.show(PAGE, shown, title=found.name)

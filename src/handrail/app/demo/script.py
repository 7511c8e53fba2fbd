"""What happens at Acme from 2 March to 3 April 2026: the files that arrive, what people do about them, the bulk.

Each act stands on the agenda at its moment and is done once: after a kill only those later than the moment reached
are put there again. The kill comes during the bulk, when nothing else is going on.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from handrail.app.demo.company import BEGIN, Company
from handrail.app.demo.crowd import dice
from handrail.app.demo.progress import say
from handrail.connect.port import Told as Heard
from handrail.engine.by_hand.releases import release
from handrail.people.mappings.mend import mend
from handrail.terms.organization import Organization
from handrail.terms.person import own_id_of
from handrail.terms.values import Fields, Instant

END: Final = datetime(2026, 4, 3, 16, 0, tzinfo=UTC)
"""Friday 3 April, 18:00 in Berlin."""

MENDER: Final = "Yara Lindqvist"
COURSE: Final = "CODE-2026"
BY_HAND, SUSPENDED = 40, 12
RELEASED: Final = "bulk-released"
"""The file that says how many starts of the bulk were released."""

CERTIFICATE: Final = "people-manager"
FILES: Final = ("2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30")


def berlin(month: int, day: int, hour: int, minute: int = 0) -> Instant:
    """A moment of the demo's weeks by the clock in Berlin: an hour ahead of UTC until 29 March, then two."""
    ahead = 1 if (month, day) < (3, 29) else 2
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=ahead)


class Script:
    """The acts, put on the agenda of a company."""

    def __init__(self, company: Company) -> None:
        self._company = company

    def put_on(self) -> None:
        """Everything that is still to come."""
        acts: list[tuple[Instant, Callable[[Instant], None]]] = [
            (BEGIN, self._publish),
            *((self._monday(day), self._sync_of(day)) for day in FILES),
            (berlin(3, 2, 5, 30), self._certify),
            (berlin(3, 16, 9, 30), self._mend_column),
            (berlin(3, 16, 9, 50), self._mend_codes),
            (berlin(3, 30, 16), self._prepare_the_course),
            (berlin(3, 30, 17), self._release),
            (berlin(4, 1, 10), self._manager_leaves),
        ]
        reached = self._company.clock()
        for moment, act in acts:
            if moment > reached or reached == BEGIN:
                self._company.rehearsal.at(moment, act)

    def _monday(self, day: str) -> Instant:
        _, month, number = day.split("-")
        return berlin(int(month), int(number), 5)

    # Files

    def _publish(self, now: Instant) -> None:
        self._company.publish()
        say(f"{now:%m-%d}  published the journeys of {self._company.workspace.settings.name}")

    def _sync_of(self, day: str) -> Callable[[Instant], None]:
        def act(_: Instant) -> None:
            company = self._company
            name = f"workers-{day}.csv"
            file = company.hris.drop(name, (company.folder / "acme" / "hr" / name).read_bytes())
            record = company.syncs().take_in(file, company.moment())
            company.settle_organization()
            say(
                f"{day[5:]}  {file.name}: {record.rows:,} rows, {record.stands.applied:,} applied, {record.stands.held:,} held"
            )

        return act

    def _certify(self, now: Instant) -> None:
        """Whoever is level 4 or more on 2 March holds the certificate already, told by the badge issuer."""
        company = self._company
        told = []
        for number, body in company.store.database.look("SELECT id, body FROM person"):
            person = company.engine.worlds.newest(int(number))
            assert person is not None, f"person {number} has a row ({len(body)} bytes)"
            if isinstance(person.level, int | float) and person.level >= 4:
                ends = now.date() + timedelta(days=200 + int(500 * dice(number, "certificate")))
                fields = Fields({"certificate": CERTIFICATE, "expires_on": ends})
                told.append(Heard("certificate.issued", company.key_of(int(number)), now - timedelta(days=30), fields))
        company.tell("badges", told)

    def _mend_column(self, _: Instant) -> None:
        self._mend(columns={"dept_code": "department_code"}, values={})

    def _mend_codes(self, _: Instant) -> None:
        self._mend(columns={}, values={"department": {"SLS-EMEA": "Sales", "CX": "Customer Support"}})

    def _mend(self, columns: dict[str, str], values: dict[str, dict[str, str]]) -> None:
        """A named person mends the mapping; the held rows are looked at again, in the order they came."""
        company = self._company
        (name,) = company.workspace.mapping_texts
        file, _ = company.workspace.mapping_texts[name]
        path = company.folder / "acme" / "mappings" / Path(file).name
        path.write_text(mend(path.read_text(), str(path), columns=columns, values=values))
        record = company.directory.syncs("hris")[-1]
        record = company.filing().replay(record.id, company.moment(), by=MENDER)
        say(f"03-16  {MENDER} mended the mapping: {record.stands.applied:,} applied, {record.stands.held:,} still held")

    # The bulk

    def _prepare_the_course(self, _: Instant) -> None:
        """Forty are in the course already: somebody at the LMS enrolled them by hand. Twelve accounts are suspended."""
        users = bulk_users(self._company)
        for user in users[:BY_HAND]:
            self._company.lms.enroll_by_hand(user, COURSE)
        for user in users[BY_HAND : BY_HAND + SUSPENDED]:
            self._company.lms.suspend(user)

    def _release(self, now: Instant) -> None:
        released = release(self._company.engine, "annual-compliance", MENDER, now)
        (self._company.folder / RELEASED).write_text(str(released))
        say(f"03-30  {MENDER} released {released:,} starts of annual-compliance")

    # A manager leaves

    def _manager_leaves(self, now: Instant) -> None:
        """The HRIS says by webhook that the manager of three open handoffs has left."""
        company = self._company
        owner = _owner_of_three(company)
        if owner is None:
            return
        person = company.engine.worlds.newest(owner)
        company.hris.leave(company.key_of(owner), now.date())
        say(
            f"04-01  the HRIS says, twice, that {person.name if person else owner} has left; three open handoffs were theirs"
        )


def _owner_of_three(company: Company) -> int | None:
    """The manager with exactly three open handoffs, of those whom the organization's settings do not name."""
    ask = (
        "SELECT owner FROM handoff WHERE closed IS NULL AND owner LIKE 'person:%' AND owner <> 'person:' || person "
        "GROUP BY owner HAVING count(*) = 3 ORDER BY owner"
    )
    named = _named(company.engine.worlds.organization)
    found = [str(owner) for (owner,) in company.store.database.look(ask) if owner not in named]
    return own_id_of(found[0]) if found else None


def _named(organization: Organization) -> set[str]:
    """Whom the settings name as lead, member or holder of a role."""
    teams = {f"person:{n}" for team in organization.teams.values() for n in (team.lead, *team.members) if n is not None}
    return teams.union(*({*role.who.values(), role.otherwise} for role in organization.roles.values()))


def bulk_users(company: Company) -> list[str]:
    """Users of the people whose starts wait, in an order of no meaning, those first with whom nothing else goes on."""
    found = company.store.database.look(
        "SELECT k.key FROM person_key k JOIN run r ON r.person = k.person WHERE k.source = 'hris' AND r.phase = 0 "
        "AND NOT EXISTS (SELECT 1 FROM run o WHERE o.person = r.person AND o.id <> r.id AND o.phase < 3)"
    )
    return sorted((str(key) for (key,) in found), key=lambda user: dice(user, "bulk"))


def copy_workspace(source: Path, folder: Path) -> None:
    """A copy of the example that the demo may change."""
    shutil.copytree(source, folder / "acme", dirs_exist_ok=True)

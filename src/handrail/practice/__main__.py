"""`python -m handrail.practice lms --journal FILE`: a practice system in a process of its own.

Its first line is the port it listens on; it ends when it is told to, and is then again what its journal says.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from handrail.practice import web
from handrail.practice.assessment import Assessment, AssessmentSettings
from handrail.practice.badges import Badges, BadgesSettings
from handrail.practice.faults import Faults
from handrail.practice.hris import Hris, HrisSettings
from handrail.practice.journal import Journal
from handrail.practice.lms import Lms, LmsSettings
from handrail.terms.values import Instant


def real_clock() -> Instant:
    """Now, in UTC and milliseconds."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _lms(given: argparse.Namespace, desk: dict[str, Any], journal: Journal, faults: Faults) -> Lms:
    settings = LmsSettings(
        courses=tuple(given.course),
        auto_accounts=given.auto_accounts,
        suspended=frozenset(given.suspended.read_text(encoding="utf-8").split() if given.suspended else ()),
        keys=not given.no_keys,
        unique=not given.not_unique,
        poll_precision="day" if given.poll_by_day else "instant",
        **desk,
    )
    return Lms(real_clock, journal, settings, faults)


def _hris(given: argparse.Namespace, desk: dict[str, Any], journal: Journal, faults: Faults) -> Hris:
    if given.folder is None:
        raise SystemExit("The HRIS needs a folder for its files: add --folder PATH.")
    return Hris(real_clock, journal, HrisSettings(folder=str(given.folder), **desk), faults)


def _assessment(_given: argparse.Namespace, desk: dict[str, Any], journal: Journal, faults: Faults) -> Assessment:
    return Assessment(real_clock, journal, AssessmentSettings(**desk), faults)


def _badges(_given: argparse.Namespace, desk: dict[str, Any], journal: Journal, faults: Faults) -> Badges:
    return Badges(real_clock, journal, BadgesSettings(**desk), faults)


SYSTEMS: Final[dict[str, Callable[[argparse.Namespace, dict[str, Any], Journal, Faults], web.System]]] = {
    "lms": _lms,
    "hris": _hris,
    "assessment": _assessment,
    "badges": _badges,
}


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m handrail.practice", description="A practice system on loopback.")
    parser.add_argument("system", choices=sorted(SYSTEMS))
    parser.add_argument(
        "--journal", type=Path, required=True, help="its own journal; an existing one is taken up again"
    )
    parser.add_argument("--port", type=int, default=0, help="0 finds a free one, and the first line says which")
    parser.add_argument("--limit", type=int, default=100, help="requests a minute; 0 is no limit")
    parser.add_argument("--minute", type=float, default=60.0, help="how many seconds a minute has")
    parser.add_argument("--hint", choices=["seconds", "date", "none"], default="seconds", help="Retry-After on a 429")
    parser.add_argument("--token", default="practice-token")
    parser.add_argument("--faults", default="", help="answer_lost:share=0.1,throttled:every=7:hint=date")
    parser.add_argument("--seed", type=int, default=0, help="of the faults")
    parser.add_argument("--hook", default="", help="where webhooks are posted")
    parser.add_argument("--no-fsync", action="store_true", help="do not ask the disk after each line")
    parser.add_argument("--course", action="append", default=[], help="lms: a course it has; none named: all")
    parser.add_argument("--auto-accounts", action="store_true", help="lms: everybody has an account")
    parser.add_argument("--suspended", type=Path, help="lms: a file with users whose accounts are suspended")
    parser.add_argument("--no-keys", action="store_true", help="lms: ignore Idempotency-Key")
    parser.add_argument("--not-unique", action="store_true", help="lms: enroll again whoever is enrolled already")
    parser.add_argument("--poll-by-day", action="store_true", help="lms: completions are told to the day")
    parser.add_argument("--folder", type=Path, help="hris: where its files are dropped")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Serve until told to end (SIGINT or SIGTERM)."""
    given = _read(arguments)
    try:
        faults = Faults.parse(given.faults, given.seed)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    journal = Journal(given.journal, durable=not given.no_fsync)
    desk = {"token": given.token, "limit": given.limit, "minute_seconds": given.minute, "hint": given.hint}
    system = SYSTEMS[given.system](given, desk, journal, faults)
    outgoing = getattr(system, "outgoing", None)
    courier = web.Courier(outgoing, given.hook) if given.hook and outgoing else None
    listening = web.listen(given.port)
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    try:
        web.server(web.app(system)).run(sockets=[listening])
    except KeyboardInterrupt:
        sys.stderr.write("Ended by hand; its journal has everything.\n")
    if courier is not None:
        courier.stop()
    journal.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

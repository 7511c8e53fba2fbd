"""A workspace to begin with: a small imagined one, or one proposed from somebody's own export.

The files stand under `starter/`; what differs is put in where they say `$name`. What a proposal is unsure of stands as a question in
its files, on a line with `QUESTION`. Nothing that is there already is written over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from msgspec import Struct

from handrail.calendar.zones import zone_of
from handrail.people.mappings.doubts import doubt_text, doubts
from handrail.people.mappings.mapping import SourceMapping
from handrail.people.mappings.mend import plain
from handrail.people.mappings.propose import NoProposal, propose
from handrail.people.mappings.read import read_mapping
from handrail.people.rows import inspect, rows
from handrail.practice.lms import LmsSettings as PracticeLms
from handrail.practice.webhooks import PRACTICE_SECRET
from handrail.terms.problem import SettingsError

_ROWS_MAX: Final = 100_000
_WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How the files of a spreadsheet program begin, the newer and the older."""
_ANYBODYS: Final = ("example.com", "gmail.com", "gmx.de", "web.de", "outlook.com", "yahoo.com", "hotmail.com")
"""Ends of addresses that name no organization."""
_LEAVERS_MIN, _LEAVERS_MAX, _LEAVERS_PART = 2, 25, 0.05
"""How many may leave by one file unasked: a part of the rows, within these bounds."""
_FIRST_DAY: Final = """
  first_day:
    pause: until person.hired_on
"""


class Begun(Struct, frozen=True):
    """What was written, what somebody should look at, in the order of the files, and what of the export a sync would not apply."""

    files: tuple[Path, ...]
    questions: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def write_starter(folder: Path, today: date) -> Begun:
    """A workspace of twelve imagined people that runs against the practice systems. Raises `SettingsError`."""
    values = {
        "name": "Example Company",
        "name_question": "",
        "zone": "Europe/Paris",
        "zone_question": "",
        "lead": plain("hris:1001"),
        "lead_question": "",
        "web_remark": "links in mail begin with it: where people reach what `handrail serve` serves",
        "leavers": str(_LEAVERS_MAX),
        "source": "hris",
        "domain": "example.com",
        **_journey({"given_name", "hired_on", "manager"}),
    }
    company = _starter("workers.csv")
    newcomers = Template(_starter("newcomers.csv")).substitute(first_day=today + timedelta(days=5))
    texts = _workspace(values) | {
        "mappings/workers.yaml": _starter("workers.yaml"),
        f"hr/workers-{today - timedelta(days=7)}.csv": company,
        f"hr/workers-{today}.csv": company + newcomers,
    }
    return Begun(_write(folder, texts))


def write_from(folder: Path, export: Path) -> Begun:
    """A workspace for an export of somebody's own: a proposed mapping and a first journey. Raises `SettingsError`.

    The export itself is not copied: it holds people, and the folder is kept in git.
    """
    try:
        _no_workbook(export)
        proposal = propose(lambda: export.open("rb"), export.name)
    except NoProposal as error:
        raise SettingsError(str(error)) from error
    except OSError as error:
        raise SettingsError(f"{export} cannot be read: {error.strerror}. Name a CSV file of your HR system.") from error
    mapping = read_mapping(proposal.text, export.name)
    seen = _Seen(mapping, export)
    lead, zone = seen.lead(), seen.zone()
    organization = _called(seen.domain(), export)
    called = f"Is {organization} what the organization is called? Its people read it in letters and on pages."
    led = f"Who leads learning? For now the lead is {lead}, {seen.why}. Another is written likewise: {seen.writing()}."
    zoned = f"Is {zone} the time zone of the organization? It decides when a day begins and work ends."
    reached = "Where do people reach Handrail? Links in mail begin so; for now they lead to this machine alone."
    values = {
        "name": plain(organization),
        "name_question": f"      # QUESTION: {called}",
        "zone": zone,
        "zone_question": f"           # QUESTION: {zoned}",
        "lead": plain(lead),
        "lead_question": f"      # QUESTION: {led}",
        "web_remark": f"QUESTION: {reached}",
        "leavers": str(seen.leavers()),
        "source": mapping.source,
        "domain": seen.domain(),
        **_journey(set(proposal.fields)),
    }
    texts = _workspace(values) | {f"mappings/{mapping.name}.yaml": proposal.text}
    doubted = tuple(doubt_text(doubt) for doubt in doubts(lambda: export.open("rb"), mapping))
    return Begun(_write(folder, texts), (*proposal.questions, called, led, zoned, reached), doubted)


def _called(domain: str, export: Path) -> str:
    """What the organization may be called: as its addresses end, else as its file is named, without a day."""
    name = max(domain.split(".")[:-1], key=len, default="")
    if not name or domain in _ANYBODYS:
        name = re.sub(r"\d{4}-?\d\d-?\d\d", "", export.stem)
    return re.sub(r"[\W_]+", " ", name).strip().title() or "My Organization"


def _no_workbook(export: Path) -> None:
    """Raises `SettingsError` for a spreadsheet that was not saved as text."""
    with export.open("rb") as opened:
        if opened.read(4) in _WORKBOOKS:
            raise SettingsError(f'{export} is a spreadsheet. Save it as "CSV UTF-8", and name that file.')


def _journey(fields: set[str]) -> dict[str, str]:
    """What the first journey says, by the fields of a person that are filled."""
    called = "given_name" if "given_name" in fields else "name" if "name" in fields else ""
    return {
        "asked": "manager or team:learning" if "manager" in fields else "team:learning",
        "first_day": _FIRST_DAY if "hired_on" in fields else "",
        "newcomer": f'{{person.{called} or "your new colleague"}}' if called else "your new colleague",
        "greeting": f'Hello {{person.{called} or "and welcome"}},' if called else "Hello,",
    }


def _starter(name: str) -> str:
    return files("handrail.app").joinpath("starter", name).read_text(encoding="utf-8")


def _workspace(values: Mapping[str, str]) -> dict[str, str]:
    """The files that every beginning has, by path."""
    return {
        "handrail.yaml": Template(_starter("handrail.yaml")).substitute(values),
        "journeys/welcome.yaml": Template(_starter("welcome.yaml")).substitute(values),
        "messages/hello.md": Template(_starter("hello.md")).substitute(values),
        "playbooks/first-course-late.md": _starter("first-course-late.md"),
        "secrets/lms-token": PracticeLms().token + "\n",
        "secrets/lms-webhooks": PRACTICE_SECRET + "\n",
        ".gitignore": "secrets/\n.handrail/\nhr/\n*.db\n*.db-*\n*.db.owner\n",
    }


def _write(folder: Path, texts: Mapping[str, str]) -> tuple[Path, ...]:
    """Write all files, or none where one is there already."""
    paths = {folder / name: text for name, text in texts.items()}
    there = sorted((str(path) for path in paths if path.exists()), key=lambda path: Path(path).name.startswith("."))
    if there:
        more = f" and {len(there) - 1} more" if there[1:] else ""
        verb = "are" if more else "is"
        raise SettingsError(f"{there[0]}{more} {verb} there already, and nothing was written. Name another folder.")
    try:
        for path, text in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            if path.parent.name == "secrets":
                path.chmod(0o600)
    except OSError as error:
        raise SettingsError(
            f"{error.filename} cannot be written: {error.strerror}. Name a folder you may write to."
        ) from error
    return tuple(paths)


class _Seen:
    """What an export suggests beside its mapping: who leads, where, and under which address."""

    def __init__(self, mapping: SourceMapping, export: Path) -> None:
        self.mapping = mapping
        self.why = "the first person of the file"
        layout = inspect(lambda: export.open("rb"), ())
        read = rows(lambda: export.open("rb"), layout)
        self.rows = [
            dict(zip(layout.header, cells, strict=False))
            for number, _, cells, problem in read
            if not problem and number <= _ROWS_MAX
        ]

    def lead(self) -> str:
        """Whom most people name as their manager, else whoever comes first; as handrail.yaml names people."""
        keys = [self._key(row) for row in self.rows]
        managers = Counter(name for name in self._values("manager") if name in set(keys))
        if managers:
            self.why = "whom most people name as their manager"
        chosen = managers.most_common(1)[0][0] if managers else keys[0] if keys else "1"
        return f"{self.mapping.source}:{chosen}"

    def writing(self) -> str:
        """How handrail.yaml names a person of this file."""
        return f"{self.mapping.source}: and their {'/'.join(self.mapping.key)}, without a space between"

    def zone(self) -> str:
        """The commonest time zone, else one of the commonest country, else UTC."""
        for name, _ in Counter(self._values("time_zone")).most_common(5):
            try:
                return zone_of(name).key
            except ValueError:
                continue
        countries = Counter(value.upper() for value in self._values("country")).most_common(1)
        return _zone_of_country(countries[0][0]) if countries else "UTC"

    def domain(self) -> str:
        """The commonest end of the work addresses."""
        ends = Counter(value.rpartition("@")[2].strip() for value in self._values("email") if "@" in value)
        return ends.most_common(1)[0][0] if ends else "example.com"

    def leavers(self) -> int:
        """How many may leave by one file unasked, of as many people as there are."""
        return max(_LEAVERS_MIN, min(_LEAVERS_MAX, int(len(self.rows) * _LEAVERS_PART)))

    def _key(self, row: Mapping[str, str]) -> str:
        return "/".join(row.get(column, "").strip() for column in self.mapping.key)

    def _values(self, field: str) -> Iterable[str]:
        """What stands in the column of a field, blanks left out."""
        columns = [rule.columns[0] for rule in self.mapping.fields if rule.field == field]
        return [value for row in self.rows for column in columns if (value := row.get(column, "").strip())]


def _zone_of_country(country: str) -> str:
    """A time zone of a country (ISO 3166-1), the first of the IANA list; UTC for another word."""
    listed = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8").splitlines()
    zones = [line.split("\t")[2] for line in listed if line.startswith(f"{country}\t")]
    return zones[0] if zones else "UTC"

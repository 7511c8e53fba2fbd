"""Managers and sponsors: from the keys or addresses that rows tell, against the file and what is known.

One whom nobody or several answer to, and oneself, is not applied: the field is withheld with its reason. What the file
says of somebody's address counts before what is known of it, so that the order of rows makes no difference. Nothing here
writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from handrail.people.canonical import RowReader, Sighting, lacking
from handrail.people.mappings.mapping import SourceMapping
from handrail.people.ports import Directory
from handrail.people.rows import Row
from handrail.people.values import Wrong

REMEMBERED_MAX: Final = 100_000
NOBODY: Final = "nobody has this key"
ONESELF: Final = "this is the person's own key"
NOBODYS_EMAIL: Final = "this is the e-mail of nobody here"
OWN_EMAIL: Final = "this is the person's own e-mail"


class InFile(Struct, frozen=True):
    """Whom a file brings: `coming` new keys by the number of their row, `emails` the keys by address.

    `spoken` are the keys of whose address the file says something, be it that there is none. A newcomer of row n gets
    the id `first_id + n`.
    """

    coming: Mapping[str, int] = {}
    first_id: int = 0
    emails: Mapping[str, set[str]] = {}
    spoken: set[str] = set()


def newcomers(rows: Iterable[Row], reader: RowReader, new: set[str], conflicts: set[str]) -> dict[str, int]:
    """Of the new keys those that will be taken in, each with the number of its row: the rest will be held."""
    found: dict[str, int] = {}
    waiting = new - conflicts
    for number, _, cells, problem in rows:
        if problem or (key := reader.key(cells)) not in waiting:
            continue
        waiting.discard(key)
        if not lacking(reader.sighting(cells), reader.mapping.needed):
            found[key] = number
    return found


def addresses(rows: Iterable[Row], reader: RowReader, conflicts: set[str]) -> tuple[dict[str, set[str]], set[str]]:
    """The keys of the file by their address, and all whose address it speaks of; nothing where nobody is told by one."""
    emails: dict[str, set[str]] = {}
    spoken: set[str] = set()
    if not _by_email(reader.mapping):
        return emails, spoken
    for _, _, cells, problem in rows:
        key = "" if problem else reader.key(cells)
        if not key or key in conflicts:
            continue
        values = reader.sighting(cells).values
        if "email" in values:
            spoken.add(key)
            if isinstance(values["email"], str):
                emails.setdefault(values["email"], set()).add(key)
    return emails, spoken


def _by_email(mapping: SourceMapping) -> set[str]:
    """The fields that tell somebody by an address."""
    return {rule.field for rule in mapping.fields if rule.kind == "person by email"}


class Links:
    """Resolves keys and addresses of one source to person ids, asking the directory once for each."""

    def __init__(self, directory: Directory, mapping: SourceMapping, file: InFile) -> None:
        self._directory, self._source, self._file = directory, mapping.source, file
        self._by_email = _by_email(mapping)
        self._known: dict[str, int] = {}
        self._emails: dict[str, set[str]] = {}

    def learn(self, sightings: Iterable[Sighting]) -> None:
        """Look up all that these sightings name: addresses in one question, keys in another."""
        if len(self._known) + len(self._emails) > REMEMBERED_MAX:
            self._known.clear()
            self._emails.clear()
        keys: set[str] = set()
        emails: set[str] = set()
        for seen in sightings:
            for field, text in seen.links.items():
                if text is not None:
                    (emails if field in self._by_email else keys).add(text)
        self._learn_emails(emails - self._emails.keys())
        for email in emails:
            keys |= self._emails[email]
        keys -= self._known.keys()
        if keys:
            found = self._directory.by_keys(self._source, sorted(keys))
            self._known.update({key: known.person for key, known in found.items()})

    def _learn_emails(self, asked: set[str]) -> None:
        """Whose they are: by the file, and of those of whose address it does not speak, by what is known."""
        for email in asked:
            self._emails[email] = set(self._file.emails.get(email, ()))
        for email, known in self._directory.by_emails(self._source, sorted(asked)) if asked else ():
            if known.key not in self._file.spoken:
                self._emails[email].add(known.key)

    def of(self, seen: Sighting) -> dict[str, int | None]:
        """The links that hold; each that does not is put among the sighting's withheld fields."""
        linked: dict[str, int | None] = {}
        for field, text in seen.links.items():
            found = None if text is None else self._who(text, seen.key, by_email=field in self._by_email)
            if isinstance(found, Wrong):
                seen.withheld[field] = found
            else:
                linked[field] = found
        return linked

    def _who(self, text: str, own: str, *, by_email: bool) -> int | Wrong:
        """The person whom a row of `own` means by `text`, or why it means nobody."""
        keys = self._emails[text] if by_email else {text}
        if len(keys) > 1:
            return Wrong(f"this is the e-mail of {len(keys)} people", text)
        for key in keys:
            if key == own:
                return Wrong(OWN_EMAIL if by_email else ONESELF, text)
            if key in self._known:
                return self._known[key]
            if key in self._file.coming:
                return self._file.first_id + self._file.coming[key]
        return Wrong(NOBODYS_EMAIL if by_email else NOBODY, text)

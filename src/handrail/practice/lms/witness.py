"""The witness: what an LMS's journal says of lost, twice and throttled, whoever asked it and however often they died.

It reads the file alone and knows nothing of the system that made the requests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from handrail.practice import journal, window
from handrail.practice.journal import Journal, Line
from handrail.practice.lms.book import Enrolled, LmsDid, Pair, Unenrolled
from handrail.terms.values import Instant


class Witness:
    """Reads the journal anew for each question, so that it may be asked while the LMS works."""

    def __init__(self, source: Path | Journal) -> None:
        self._source = source

    def lines(self) -> Iterator[Line[LmsDid]]:
        """Every turn, oldest first."""
        if isinstance(self._source, Journal):
            return self._source.read(Line[LmsDid])
        return journal.read(self._source, Line[LmsDid])

    def requests(self, path: str = "") -> int:
        """How many requests came whose path begins so; throttled ones count too."""
        return sum(1 for _ in self._requests(path))

    def throttled(self) -> int:
        """How many requests were answered 429."""
        return sum(1 for line in self._requests("") if line.status == 429)

    def replayed(self) -> int:
        """How many requests asked again for what their key had brought about, or found it there already (409)."""
        return sum(1 for line in self._requests("/enrollments") if line.note == "replayed" or line.status == 409)

    def enrollments(self, course: str = "") -> list[Enrolled]:
        """Those that stand at the end, in the order in which they were made."""
        standing: dict[str, Enrolled] = {}
        for did in self._changes():
            if isinstance(did, Enrolled):
                standing[did.id] = did
            else:
                standing.pop(did.id, None)
        return [made for made in standing.values() if not course or made.course == course]

    def lost(self, wanted: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Who of (user, course) is not enrolled at the end, sorted."""
        there = {(made.user, made.course) for made in self.enrollments()}
        return sorted(set(wanted) - there)

    def twice(self) -> list[Pair]:
        """Who was enrolled while they were enrolled already, sorted, once for each time too many."""
        standing: Counter[Pair] = Counter()
        pairs: dict[str, Pair] = {}
        found: list[Pair] = []
        for did in self._changes():
            if isinstance(did, Enrolled):
                pair = pairs[did.id] = (did.user, did.course, did.edition)
                standing[pair] += 1
                found += [pair] if standing[pair] > 1 else []
            else:
                standing[pairs[did.id]] -= 1
        return sorted(found)

    def moments(self, path: str = "") -> list[Instant]:
        """When each request came that was let in, oldest first: its first and last are how long the work took."""
        return [line.at for line in self._requests(path) if line.status not in {401, 429}]

    def busiest(self, seconds: float = 60.0) -> int:
        """The most requests that were let in within any stretch of `seconds`."""
        return window.busiest(self.moments(), seconds)

    def _requests(self, path: str) -> Iterator[Line[LmsDid]]:
        return (line for line in self.lines() if line.method and line.path.startswith(path))

    def _changes(self) -> Iterator[Enrolled | Unenrolled]:
        for line in self.lines():
            for did in line.did:
                if isinstance(did, Enrolled | Unenrolled):
                    yield did

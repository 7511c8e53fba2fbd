"""Whoever did something by hand, by name: authors are kept as a person (`person:3`), by a login, or as a name that a command was given."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.terms.person import own_id_of


def authors(past: Past, written: Iterable[str]) -> Callable[[str], str]:
    """Names these authors, whom it looks up at once: `Noah Ivanova (noah@acme.example)`; a name that is nobody's login as it stands."""
    wanted = sorted({each for each in written if each})
    logins = [each for each in wanted if own_id_of(each) is None]
    ask = "SELECT login, name FROM account WHERE login {in}"
    by_login: dict[str, str] = dict(past.store.database.read_in(ask, logins)) if logins else {}
    names = Names(past)
    names.fetch_owners(wanted)

    def called(by: str) -> str:
        number = own_id_of(by)
        if number is not None:
            return names.of(number)
        name = by_login.get(by, by)
        return by if name == by else f"{name} ({by})"

    return called

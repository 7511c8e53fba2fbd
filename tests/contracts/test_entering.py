"""Accounts, roles, sessions, tries and the audit mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest

from handrail.app.access import accounts, sessions
from handrail.app.access.accounts import NewAccount, grant_of, nobody_comes_in
from handrail.app.access.admitting import NotAdmitted, Vouched, admit
from handrail.app.access.listing import AccountsWanted, accounts_found, one_account
from handrail.app.access.sessions import From, Lasting
from handrail.app.access.trying import BY_ADDRESS, BY_LOGIN, came_in, forget_old_tries, tried
from handrail.app.settings import OidcSettings, SignInSettings
from handrail.insight.desk.audited.acts import AuditWanted, audit_lines, audit_words
from handrail.insight.past import Past
from handrail.insight.rights import Grant
from handrail.store.batch import Batch
from handrail.store.kept.acts import Act, note
from handrail.store.moments import to_millis
from handrail.store.opening import Store, open_store
from handrail.store.rows import PersonRow
from handrail.terms import coding
from handrail.terms.person import Origin, Person
from handrail.terms.problem import SettingsError

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = count(1)


@pytest.fixture(name="store", params=["sqlite", "postgres"])
def fixture_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'entering.db'}"
    if request.param == "postgres":
        server, name = request.getfixturevalue("postgres_url"), f"entering_{next(_numbers)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        url = server.replace("/postgres?", f"/{name}?")
    made = open_store(url)
    yield made
    made.close()


def hire(store: Store, number: int, *, manager: int | None = None, status: str = "active") -> None:
    person = Person(number, 1, Origin("hris", NOW), name=f"P {number}", status=status, manager=manager)
    email = f"p{number}@acme.example"
    row = PersonRow(number, 3, 1, to_millis(NOW), 1, status, None, f"P {number}", email, coding.pack(person), manager)
    store.commit(Batch(to_millis(NOW), new_persons=[row]))


def roles(store: Store, login: str) -> set[str]:
    found = accounts_found(store, AccountsWanted(who=login), NOW, 10).lines
    return {f"{grant.role} in {grant.unit}" if grant.unit else grant.role for grant, _ in found[0].grants}


def test_roles_are_given_taken_and_looked_up_with_the_session(store: Store) -> None:
    accounts.add_account(store, NewAccount("ada", "Ada"), [grant_of("admin")], NOW, "setup")
    assert accounts.give(store, "ADA", grant_of("operations in Sales"), NOW, "setup")
    assert not accounts.give(store, "ada", grant_of("operations in Sales"), NOW, "setup")
    secret = sessions.begin(store, accounts.the_account(store, "ada"), From("10.0.0.1", "x"), NOW, Lasting(), "test")
    session = sessions.session_of(store, secret, NOW, Lasting())
    assert session is not None
    assert set(session.viewer.grants) == {Grant("admin"), Grant("operations", "Sales")}
    assert accounts.take_from(store, "ada", grant_of("operations in Sales"), NOW, "setup")
    assert roles(store, "ada") == {"admin"}
    with pytest.raises(SettingsError, match="last administrator"):
        accounts.take_from(store, "ada", grant_of("admin"), NOW, "setup")


def test_a_session_ends_by_time_by_word_and_with_its_account(store: Store) -> None:
    accounts.add_account(store, NewAccount("ada", "Ada"), [grant_of("admin")], NOW, "setup")
    accounts.add_account(store, NewAccount("bo", "Bo"), [grant_of("learner")], NOW, "setup")
    row = accounts.the_account(store, "bo")
    secrets = [sessions.begin(store, row, From(), NOW, Lasting(), "test") for _ in range(3)]
    assert sessions.session_of(store, secrets[0], NOW + timedelta(hours=3), Lasting()) is None
    assert sessions.session_of(store, "guessed", NOW, Lasting()) is None
    key = sessions.sessions_of(store, row.id, NOW)[0].key
    assert sessions.revoke(store, row, NOW, "setup", key) == 1
    assert len([each for each in secrets if sessions.session_of(store, each, NOW, Lasting())]) == 2
    accounts.close_account(store, "bo", NOW, "setup")
    assert not any(sessions.session_of(store, each, NOW, Lasting()) for each in secrets)
    assert one_account(store, row.id, NOW) is not None
    accounts.open_again(store, "bo", NOW, "setup")
    assert not any(sessions.session_of(store, each, NOW, Lasting()) for each in secrets)


def test_tries_are_counted_by_each_name_and_forgotten(store: Store) -> None:
    names = {"login ada": BY_LOGIN, "address 10.0.0.1": BY_ADDRESS}
    assert [tried(store, names, NOW) is None for _ in range(6)] == [True] * 5 + [False]
    assert tried(store, {"login bo": BY_LOGIN, "address 10.0.0.1": BY_ADDRESS}, NOW) is None
    came_in(store, "login ada", "address 10.0.0.1")
    assert tried(store, names, NOW) is None
    assert forget_old_tries(store, NOW) == 0
    assert forget_old_tries(store, NOW + timedelta(hours=1)) == 3
    assert "ada" not in repr(store.database.read("SELECT * FROM tries"))


def test_an_hour_of_guessing_is_at_most_some_forty_tries(store: Store) -> None:
    let = [
        tried(store, {"login ada": BY_LOGIN}, NOW + timedelta(seconds=second)) is None for second in range(0, 3600, 20)
    ]
    assert 20 <= sum(let) <= 40


SETTINGS = OidcSettings("https://login.acme.example", "handrail", groups={"ops": ("operations in Sales",)})


def vouched(sub: str, email: str = "", groups: frozenset[str] = frozenset()) -> Vouched:
    return Vouched(f"{SETTINGS.issuer}|{sub}", sub.title(), email, email, groups)


def test_whom_the_provider_vouches_for_gets_what_they_are_here(store: Store) -> None:
    hire(store, 1)
    hire(store, 2, manager=1)
    hire(store, 3, status="left")
    lead = admit(store, vouched("lead", "p1@acme.example", frozenset({"ops"})), SETTINGS, NOW)
    assert (lead.person, roles(store, "p1@acme.example")) == (1, {"learner", "manager", "operations in Sales"})
    admit(store, vouched("learner", "p2@acme.example"), SETTINGS, NOW)
    assert roles(store, "p2@acme.example") == {"learner"}
    for nobody in (vouched("left", "p3@acme.example"), vouched("stranger", "x@elsewhere.example"), vouched("mute")):
        with pytest.raises(NotAdmitted):
            admit(store, nobody, SETTINGS, NOW)


def test_they_are_known_again_by_the_providers_own_name_for_them(store: Store) -> None:
    hire(store, 1)
    first = admit(store, vouched("ada", "p1@acme.example", frozenset({"ops"})), SETTINGS, NOW)
    moved = admit(store, vouched("ada", "new@acme.example"), SETTINGS, NOW)
    assert (moved.id, moved.person, roles(store, "p1@acme.example")) == (first.id, 1, {"learner"})
    other = admit(store, vouched("another", "p1@acme.example"), SETTINGS, NOW)
    assert other.id != first.id
    assert other.login.startswith("p1@acme.example-")


def test_whether_anybody_comes_in_at_all_is_known(store: Store) -> None:
    by_password, provided = SignInSettings(), SignInSettings(oidc=SETTINGS)
    accounts.add_account(store, NewAccount("ada", "Ada"), [grant_of("admin")], NOW, "setup")
    assert (nobody_comes_in(store, by_password), nobody_comes_in(store, provided)) == (True, False)
    accounts.set_password(store, "ada", "kept as argon2", NOW, "setup")
    assert not nobody_comes_in(store, by_password)
    assert nobody_comes_in(store, SignInSettings(passwords=False))


def test_the_audit_is_read_by_its_indexes(store: Store) -> None:
    for number in range(5):
        note(
            store, Act("ana" if number % 2 else "bo", f"did {number % 2}", person=number), NOW + timedelta(days=number)
        )
    past = Past(store, None)
    assert audit_words(past) == ("did 0", "did 1")
    assert [line.number for line in audit_lines(past, AuditWanted(by=("bo",)), "UTC", 2)] == [5, 3]
    assert [line.number for line in audit_lines(past, AuditWanted(by=("bo",)), "UTC", 2, 3)] == [1]
    days = AuditWanted(since=date(2026, 3, 3), until=date(2026, 3, 4))
    assert [line.number for line in audit_lines(past, days, "UTC", 10)] == [3, 2]
    assert audit_lines(past, AuditWanted(until=date(2026, 3, 1)), "UTC", 10) == ()


def test_erasing_somebody_takes_their_account_and_blanks_what_was_noted_of_them(store: Store) -> None:
    hire(store, 7)
    accounts.add_account(store, NewAccount("p7@acme.example", "P 7", 7), [grant_of("learner")], NOW, "setup")
    secret = sessions.begin(store, accounts.the_account(store, "p7@acme.example"), From(), NOW, Lasting(), "test")
    store.erase(7, coding.pack(Person(7, 1, Origin("", NOW))))
    assert sessions.session_of(store, secret, NOW, Lasting()) is None
    with pytest.raises(SettingsError):
        accounts.the_account(store, "p7@acme.example")
    found = audit_lines(Past(store, None), AuditWanted(persons=(7,)), "UTC", 10)
    assert {(line.what, line.about) for line in found} == {("account added", ""), ("signed in", "")}

"""What an id token must say before it is believed. Each of these was let in by somebody's software once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from handrail.app.access.admitting import vouched
from handrail.app.access.oidc import ProviderFault, UnknownKey, checked
from handrail.app.settings import OidcSettings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETTINGS = OidcSettings("https://login.acme.example/v2", "handrail", groups={"ops": ("operations",)})
KEY, OTHER = RSAKey.generate_key(2048, {"kid": "a"}), RSAKey.generate_key(2048, {"kid": "b"})
KEYS = KeySet([KEY])
SECRET = "a client secret of some length, thirty-two bytes"


def claims(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever a token holds
    """A right token's claims, with some changed; None leaves one out."""
    at = int(NOW.timestamp())
    right = {"iss": SETTINGS.issuer, "aud": "handrail", "sub": "u-1", "iat": at, "exp": at + 300, "nonce": "n"}
    return {name: value for name, value in {**right, **changed}.items() if value is not None}


def signed(said: dict[str, Any], key: Any = KEY, alg: str = "RS256") -> str:  # noqa: ANN401 - a key of any kind
    return jwt.encode({"alg": alg, "kid": key.kid}, said, key, algorithms=[alg])


def test_a_token_that_is_right_is_believed() -> None:
    assert checked(signed(claims()), KEYS, SETTINGS, "n", NOW)["sub"] == "u-1"
    several = claims(aud=["handrail", "portal"], azp="handrail")
    assert checked(signed(several), KEYS, SETTINGS, "n", NOW)["sub"] == "u-1"


AT = int(NOW.timestamp())
WRONG = {
    "of another provider": claims(iss="https://evil.example"),
    "of a provider that is called almost the same": claims(iss=SETTINGS.issuer + "/"),
    "for another application": claims(aud="portal"),
    "for several, and asked for by another": claims(aud=["handrail", "portal"], azp="portal"),
    "for several, and nobody says by whom it was asked for": claims(aud=["handrail", "portal"]),
    "of another sign-in": claims(nonce="m"),
    "of no sign-in": claims(nonce=None),
    "over": claims(exp=AT - 61),
    "without an end": claims(exp=None),
    "without a beginning": claims(iat=None),
    "of the future": claims(iat=AT + 600),
    "of nobody": claims(sub=None),
}


@pytest.mark.parametrize("said", WRONG.values(), ids=WRONG)
def test_a_token_is_not_believed_that_is(said: dict[str, Any]) -> None:
    with pytest.raises(ProviderFault):
        checked(signed(said), KEYS, SETTINGS, "n", NOW)


def test_a_token_that_somebody_else_signed_is_not_believed() -> None:
    forged = RSAKey.generate_key(2048, {"kid": "a"})
    with pytest.raises(ProviderFault, match="not signed by it"):
        checked(signed(claims(), forged), KEYS, SETTINGS, "n", NOW)


def test_a_key_that_is_not_known_yet_makes_one_ask_again() -> None:
    with pytest.raises(UnknownKey):
        checked(signed(claims(), OTHER), KEYS, SETTINGS, "n", NOW)


def test_a_token_signed_with_a_shared_secret_or_not_at_all_is_not_believed() -> None:
    shared = OctKey.import_key(SECRET, {"kid": "a"})
    with pytest.raises(ProviderFault):
        checked(signed(claims(), shared, "HS256"), KeySet([shared]), SETTINGS, "n", NOW)
    head, body, _ = signed(claims()).split(".")
    for token in (f"{head}.{body}.", f"eyJhbGciOiJub25lIn0.{body}.", "", "not a token", "a.b.c"):
        with pytest.raises(ProviderFault):
            checked(token, KEYS, SETTINGS, "n", NOW)


def test_an_hour_that_is_a_little_off_does_no_harm() -> None:
    assert checked(signed(claims(exp=AT - 59)), KEYS, SETTINGS, "n", NOW)
    late = NOW + timedelta(minutes=7)
    with pytest.raises(ProviderFault):
        checked(signed(claims()), KEYS, SETTINGS, "n", late)


@pytest.mark.parametrize(("verified", "email"), [(True, "ada@acme.example"), (False, ""), (None, ""), ("no", "")])
def test_an_address_counts_only_when_it_is_verified(verified: object, email: str) -> None:
    told = claims(email="Ada@Acme.example", email_verified=verified, groups=["ops", "all"])
    found = vouched(told, SETTINGS)
    assert (found.email, found.person_name, found.groups) == (email, email, frozenset({"ops", "all"}))


def test_a_provider_that_verifies_all_addresses_can_be_trusted_with_it() -> None:
    found = vouched(claims(email="ada@acme.example"), OidcSettings("i", "c", trust_email=True))
    assert found.email == "ada@acme.example"


def test_a_claim_may_hold_the_key_of_the_hr_system() -> None:
    settings = OidcSettings("i", "c", people_by="hris", people_claim="employee")
    assert vouched(claims(employee="010134"), settings).person_name == "hris:010134"
    assert vouched(claims(), settings).person_name == ""

"""The organization's identity provider: the code flow of OpenID Connect with PKCE and nonce, and all that an id token must say.

OpenID Connect Core 1.0, section 3.1 (code flow) and 3.1.3.7 (the checks); RFC 7636 (PKCE, S256); RFC 9207 (`iss` in the answer).
Signatures are joserfc's. Who somebody is here is `admitting`; nothing of a token is kept or logged.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx2
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from handrail.app.settings import OidcSettings
from handrail.terms.values import Instant

TIMEOUT_SECONDS: Final = 5.0
AT_ONCE_MAX: Final = 8
"""So many wait for the provider at a time: when it is slow, the console must not be."""

DOWN_FOR: Final = timedelta(seconds=15)
"""So long after it could not be reached it is not asked again where it is asked."""

KEPT_FOR: Final = timedelta(hours=1)
KEYS_AGAIN: Final = timedelta(minutes=1)
"""A key that is not known makes us ask for the keys anew, but not more often than this."""

LEEWAY_SECONDS: Final = 60
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a public key only: with a shared secret everybody who knows it could say who somebody is."""


class ProviderFault(Exception):
    """The identity provider cannot be reached, or what it said cannot be believed: the text says which, for the log and the audit."""


class Asked(Struct, frozen=True):
    """What was sent along with somebody, and must come back or fit: kept by their browser until they return."""

    state: str
    nonce: str
    verifier: str
    next: str


class Endpoints(Struct, frozen=True):
    """Where the provider is asked, as it says itself."""

    authorize: str
    token: str
    keys: str
    user_info: str
    post_secret: bool
    names_itself: bool


class Provider:
    """One identity provider. Safe in many threads."""

    def __init__(self, settings: OidcSettings, secret: str) -> None:
        self.settings = settings
        self._secret = secret
        self._guard = threading.Lock()
        self._slots = threading.BoundedSemaphore(AT_ONCE_MAX)
        self._down: tuple[Instant, ProviderFault] | None = None
        self._endpoints: tuple[Instant, Endpoints] | None = None
        self._keys: tuple[Instant, KeySet] | None = None
        self._client = httpx2.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)

    def begin(self, redirect: str, going: str, now: Instant) -> tuple[str, Asked]:
        """Where to send somebody, and what to keep until they return. Raises ProviderFault."""
        asked = Asked(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), going)
        challenge = urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).decode().rstrip("=")
        query = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": redirect,
            "scope": " ".join(self.settings.scopes),
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        where = self.endpoints(now).authorize
        return f"{where}{'&' if '?' in where else '?'}{urlencode(query)}", asked

    def finish(self, given: Mapping[str, str], asked: Asked, redirect: str, now: Instant) -> Mapping[str, Any]:
        """What the provider says of whoever has returned with this (`code`, and maybe `iss`). Raises ProviderFault."""
        there = self.endpoints(now)
        if given.get("iss", "" if there.names_itself else self.settings.issuer) != self.settings.issuer:
            raise ProviderFault("an answer came in the name of another provider (iss)")
        form = {"grant_type": "authorization_code", "code": given["code"], "redirect_uri": redirect}
        form["code_verifier"] = asked.verifier
        headers = {"Accept": "application/json"}
        if not self._secret or there.post_secret:
            form["client_id"] = self.settings.client_id
        if self._secret and there.post_secret:
            form["client_secret"] = self._secret
        elif self._secret:
            headers["Authorization"] = _basic(self.settings.client_id, self._secret)
        told = self._json("POST", there.token, headers, form)
        claims = self._claims(str(told.get("id_token", "")), asked, now)
        return self._more(claims, str(told.get("access_token", "")), there)

    def endpoints(self, now: Instant) -> Endpoints:
        """Where the provider is asked; looked up once an hour. Raises ProviderFault."""
        with self._guard:
            if self._endpoints is None or now - self._endpoints[0] > KEPT_FOR:
                if self._down is not None and now - self._down[0] < DOWN_FOR:
                    raise self._down[1]
                try:
                    self._endpoints = (now, self._discovered())
                except ProviderFault as fault:
                    self._down = (now, fault)
                    raise
            return self._endpoints[1]

    def close(self) -> None:
        """Give the sockets back."""
        self._client.close()

    def _discovered(self) -> Endpoints:
        issuer = self.settings.issuer
        found = self._json("GET", issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise ProviderFault(f'the provider calls itself "{found.get("issuer")}", the settings "{issuer}"')
        return _endpoints(found)

    def _claims(self, token: str, asked: Asked, now: Instant) -> Mapping[str, Any]:
        try:
            return checked(token, self._key_set(now), self.settings, asked.nonce, now)
        except UnknownKey:
            return checked(token, self._key_set(now, anew=True), self.settings, asked.nonce, now)

    def _key_set(self, now: Instant, *, anew: bool = False) -> KeySet:
        where = self.endpoints(now).keys
        with self._guard:
            age = None if self._keys is None else now - self._keys[0]
            if self._keys is None or age is None or age > KEPT_FOR or (anew and age > KEYS_AGAIN):
                try:
                    self._keys = (now, KeySet.import_key_set(self._json("GET", where)))  # type: ignore[arg-type]
                except (JoseError, ValueError, KeyError, TypeError) as error:
                    raise ProviderFault(f"its keys cannot be read ({type(error).__name__})") from error
            return self._keys[1]

    def _more(self, claims: Mapping[str, Any], access: str, there: Endpoints) -> Mapping[str, Any]:
        """With what it says of somebody only when asked (section 5.3): their address, groups and key, where the token has none."""
        wanted = {"email", self.settings.groups_claim if self.settings.groups else "email"}
        wanted.add(self.settings.people_claim or "email")
        if wanted <= claims.keys() or not there.user_info or not access:
            return claims
        more = self._json("GET", there.user_info, {"Authorization": f"Bearer {access}"})
        if more.get("sub") != claims["sub"]:
            raise ProviderFault("what it says of somebody is about somebody else (sub)")
        return {**more, **claims}

    def _json(
        self, method: str, where: str, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """The answer. Its body is never told on: it may hold a token."""
        if not self._slots.acquire(blocking=False):
            raise ProviderFault(f"{where} answers so slowly that {AT_ONCE_MAX} wait for it already")
        try:
            answer = self._client.request(method, where, headers=dict(headers or {}), data=dict(form) if form else None)
        except httpx2.HTTPError as error:
            raise ProviderFault(f"{where} cannot be reached ({type(error).__name__})") from error
        finally:
            self._slots.release()
        try:
            found = answer.json()
        except ValueError:
            found = None
        if answer.status_code != 200 or not isinstance(found, dict):
            why = found.get("error", "") if isinstance(found, dict) else "no JSON"
            raise ProviderFault(f"{where} answers HTTP {answer.status_code} {str(why)[:100]}".strip())
        return found


class UnknownKey(ProviderFault):
    """The id token is signed with a key that is not among those that were told."""


def checked(token: str, keys: KeySet, settings: OidcSettings, nonce: str, now: Instant) -> Mapping[str, Any]:
    """The claims of an id token that is meant for us, now, and for this sign-in. Raises ProviderFault, UnknownKey."""
    try:
        read = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
    except InvalidKeyIdError as error:
        raise UnknownKey("its id token is signed with a key that it does not have") from error
    except ValueError as error:
        raise ProviderFault(f"its id token cannot be read ({type(error).__name__})") from error
    except JoseError as error:
        raise ProviderFault(f"its id token is not signed by it ({type(error).__name__})") from error
    claims: dict[str, Any] = read.claims
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": settings.issuer},
        aud={"essential": True, "value": settings.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        rules.validate(claims)
    except JoseError as error:
        raise ProviderFault(f"its id token does not hold ({error})") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != settings.client_id:
        raise ProviderFault("its id token is meant for another application (azp)")
    return claims


def _endpoints(found: Mapping[str, Any]) -> Endpoints:
    try:
        methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Endpoints(
            str(found["authorization_endpoint"]),
            str(found["token_endpoint"]),
            str(found["jwks_uri"]),
            str(found.get("userinfo_endpoint", "")),
            "client_secret_basic" not in methods and "client_secret_post" in methods,
            found.get("authorization_response_iss_parameter_supported") is True,
        )
    except KeyError as error:
        raise ProviderFault(f"it does not say its {error.args[0]}") from error


def _basic(name: str, secret: str) -> str:
    """RFC 6749, section 2.3.1: both are encoded as in a form first."""
    pair = f"{quote(name, safe='')}:{quote(secret, safe='')}"
    return "Basic " + b64encode(pair.encode()).decode()

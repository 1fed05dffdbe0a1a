"""Whose browser this is: a signed-in account or nobody yet, the language, and the token of its forms."""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from api.reader import LANGUAGES, Reader
from api.services import Services
from core.accounts import SignedIn, find_sign_in

_SIGN_IN = "rimay_sign_in"
_FORM = "rimay_form"
_LANGUAGE = "rimay_language"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Visitor:
    """One browser. `form_token` must come back with each form: nobody else's page can know it."""

    reader: Reader
    account: SignedIn | None
    form_token: str
    is_new: bool
    https: bool

    def may(self, *roles: str) -> bool:
        """Whether the account has one of the roles; who administers may do everything."""
        return self.account is not None and self.account.role in (*roles, "admin")

    def remember(self, response: Response) -> None:
        """Give a new browser the token of its forms."""
        if self.is_new:
            _set(response, _FORM, self.form_token, https=self.https)


async def visitor_of(request: Request) -> Visitor:
    """The visitor of a request, looked up once."""
    if not hasattr(request.state, "visitor"):
        request.state.visitor = await _find_visitor(request)
    visitor: Visitor = request.state.visitor
    return visitor


async def _find_visitor(request: Request) -> Visitor:
    services: Services = request.app.state.services
    https = services.settings.public_url is not None
    account = None
    if cookie := request.cookies.get(cookie_name(_SIGN_IN, https)):
        account = await services.database.read(find_sign_in, digest_of(cookie))
    form_token = account.form_token if account else request.cookies.get(cookie_name(_FORM, https), "")
    is_new = len(form_token) < 32
    return Visitor(
        reader=Reader(language_of(request), services.translator, services.settings.zone),
        account=account,
        form_token=secrets.token_urlsafe(32) if is_new else form_token,
        is_new=is_new,
        https=https,
    )


def language_of(request: Request) -> str:
    """The language that was chosen, else the browser's where it is one of ours, else Spanish."""
    chosen = request.cookies.get(_LANGUAGE)
    if chosen in LANGUAGES:
        return chosen
    preferred = request.headers.get("accept-language", "").strip().lower()[:2]
    return preferred if preferred in LANGUAGES else "es"


def digest_of(cookie: str) -> bytes:
    """What is kept of a sign-in's cookie."""
    return sha256(cookie.encode()).digest()


def sign_in_digest(request: Request, visitor: Visitor) -> bytes | None:
    """The digest of the cookie that this browser is signed in with."""
    cookie = request.cookies.get(cookie_name(_SIGN_IN, visitor.https))
    return digest_of(cookie) if cookie else None


def set_sign_in(response: Response, visitor: Visitor, cookie: str) -> None:
    """From now on this browser is signed in, until it is closed or the sign-in ends."""
    _set(response, _SIGN_IN, cookie, https=visitor.https)


def forget_sign_in(response: Response, visitor: Visitor) -> None:
    """This browser is nobody's again."""
    for name in (_SIGN_IN, _FORM):
        response.delete_cookie(
            cookie_name(name, visitor.https), path="/", secure=visitor.https, httponly=True
        )


def set_language(response: Response, visitor: Visitor, language: str) -> None:
    """Read on in this language, for a year."""
    response.set_cookie(
        _LANGUAGE, language, max_age=_YEAR, path="/", secure=visitor.https, httponly=True, samesite="lax"
    )


def _set(response: Response, name: str, value: str, *, https: bool) -> None:
    response.set_cookie(
        cookie_name(name, https), value, path="/", secure=https, httponly=True, samesite="lax"
    )


def cookie_name(name: str, https: bool) -> str:
    """Over https a name that no subdomain can set for us."""
    return f"__Host-{name}" if https else name

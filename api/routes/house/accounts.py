"""Signing in and out, the own account, the language of the pages, and what is said about data."""

import asyncio
import secrets
from functools import cache
from hashlib import sha256

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.attempts import Attempts
from api.forms import Fields, FormState
from api.pages import Pages, redirect
from api.reader import LANGUAGES
from api.security import Anyone, Posted, Visiting
from api.services import Services
from api.visitor import digest_of, forget_sign_in, set_language, set_sign_in, sign_in_digest
from core.accounts import end_sign_in, find_account, open_sign_in
from core.passwords import hash_password, password_matches
from core.tables import Account

router = APIRouter()

_tries_of_account = Attempts(limit=5)
_tries_of_address = Attempts(limit=30)


@cache
def _nobodys_hash() -> str:
    """Checked when there is no such account, so that the time it takes does not tell."""
    return hash_password(secrets.token_hex())


def _matches(password: str, account: Account | None) -> bool:
    """Whether the password is the account's. Slow: runs in a thread."""
    fits = password_matches(password, account.password_hash if account else _nobodys_hash())
    return fits and account is not None


@router.get("/sign-in")
async def show_sign_in(request: Request, visitor: Visiting) -> Response:
    """The form; who is signed in already is sent on."""
    if visitor.account is not None:
        return redirect(request, "/")
    return await _show_form(request, FormState(), onward(request.query_params.get("next", "/")))


@router.post("/sign-in")
async def sign_in(request: Request, visitor: Visiting, given: Posted) -> Response:
    """Check the password in a thread, under a limit of attempts for the account and for the address."""
    fields = Fields(given, visitor.reader)
    email = fields.text("email", "console.account_email").lower()
    password = str(given.get("password", ""))[:200]
    address = request.client.host if request.client else ""
    key = sha256(f"{address} {email}".encode()).hexdigest()
    after = onward(fields.raw("next"))
    if wait := max(_tries_of_account.minutes_to_wait(key), _tries_of_address.minutes_to_wait(address)):
        fields.refuse("email", "console.sign_in_too_many", minutes=wait)
        return await _show_form(request, fields.state, after, status=429)
    services: Services = request.app.state.services
    account = await services.database.read(find_account, email)
    if not await asyncio.to_thread(_matches, password, account) or account is None:
        _tries_of_account.note_failure(key)
        _tries_of_address.note_failure(address)
        fields.refuse("email", "console.sign_in_wrong")
        return await _show_form(request, fields.state, after, status=400)
    _tries_of_account.forget(key)
    cookie = secrets.token_urlsafe(32)
    await services.database.run(open_sign_in, account.id, digest_of(cookie), secrets.token_urlsafe(32))
    response = redirect(request, after)
    set_sign_in(response, visitor, cookie)
    return response


async def _show_form(request: Request, form: FormState, after: str, *, status: int = 200) -> Response:
    pages: Pages = request.app.state.pages
    return await pages.show(
        request, "house/sign_in.html", status=status, here="sign_in", form=form, next=after
    )


def onward(address: str) -> str:
    """Where to go after a deed: a page of ours, never another site."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if inside else "/"


@router.post("/sign-out")
async def sign_out(request: Request, visitor: Visiting) -> Response:
    """Forget this browser."""
    services: Services = request.app.state.services
    if digest := sign_in_digest(request, visitor):
        await services.database.run(end_sign_in, digest)
    response = redirect(request, "/sign-in?done=signed_out")
    forget_sign_in(response, visitor)
    return response


@router.post("/language")
async def choose_language(request: Request, visitor: Visiting, given: Posted) -> Response:
    """Read on in another language, on the same page."""
    fields = Fields(given, visitor.reader)
    response = redirect(request, onward(fields.raw("next")))
    if (language := fields.raw("language")) in LANGUAGES:
        set_language(response, visitor, language)
    return response


@router.get("/account")
async def show_account(request: Request, visitor: Visiting, account: Anyone) -> Response:
    """Who is signed in, and as what."""
    pages: Pages = request.app.state.pages
    role = visitor.reader.text("console.role_" + account.role)
    return await pages.show(request, "house/account.html", here="account", role=role)


@router.get("/privacy")
async def show_privacy(request: Request) -> Response:
    """How data is cared for: for everybody."""
    pages: Pages = request.app.state.pages
    services: Services = request.app.state.services
    return await pages.show(request, "house/privacy.html", threshold=services.settings.disclosure_threshold)

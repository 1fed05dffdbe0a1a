"""What a refusal looks like: a page for people, a short JSON for programs."""

from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.headers import SECURITY_HEADERS, limit_of
from api.pages import Pages, redirect, wants_json
from api.security import SignInNeeded, StaleForm
from api.visitor import visitor_of
from core.errors import Conflict, Forbidden, NotFound, RimayError

_WITH_PAGE = (400, 403, 404, 405, 409, 413, 429)


def add_refusals(app: FastAPI) -> None:
    """Every way a request can end badly, each said kindly."""
    app.add_exception_handler(SignInNeeded, _ask_to_sign_in)
    app.add_exception_handler(StaleForm, _stale_form)
    app.add_exception_handler(RimayError, _refusal)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _our_fault)


async def _ask_to_sign_in(request: Request, error: Exception) -> Response:
    if wants_json(request):
        return JSONResponse({"error": "sign_in_needed"}, 401)
    onward = f"?next={quote(request.url.path)}" if request.method == "GET" and request.url.path != "/" else ""
    return redirect(request, f"/sign-in{onward}")


async def _stale_form(request: Request, error: Exception) -> Response:
    visitor = await visitor_of(request)
    return await _page(request, 403, visitor.reader.text("console.form_stale"), "stale_form")


async def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, RimayError)
    status = _status_of(error)
    visitor = await visitor_of(request)
    sentence = visitor.reader.text(f"errors.{error.code}", **error.params)
    return await _page(request, status, sentence, error.code)


def _status_of(error: RimayError) -> int:
    match error:
        case NotFound():
            return 404
        case Forbidden():
            return 403
        case Conflict():
            return 409
        case _:
            return 400


async def _unreadable(request: Request, error: Exception) -> Response:
    """A path or query that is not what it should be: for a reader the page is simply not there."""
    assert isinstance(error, RequestValidationError)
    in_path = any(fault["loc"][0] == "path" for fault in error.errors())
    return await _http_error(request, HTTPException(404 if in_path else 400))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code if error.status_code in _WITH_PAGE else 400
    visitor = await visitor_of(request)
    sentence = visitor.reader.text(
        f"console.error_{status}", **({"limit": limit_of(request.url.path)} if status == 413 else {})
    )
    response = await _page(request, status, sentence, HTTPStatus(status).phrase.lower().replace(" ", "_"))
    response.headers.update(error.headers or {})
    return response


async def _our_fault(request: Request, error: Exception) -> Response:
    """The page for a mistake of ours. It is made outside the middleware, so it brings its own headers."""
    visitor = await visitor_of(request)
    response = await _page(request, 500, visitor.reader.text("console.error_500"), "unexpected")
    response.headers.update(SECURITY_HEADERS)
    return response


async def _page(request: Request, status: int, sentence: str, code: str) -> Response:
    if wants_json(request):
        return JSONResponse({"error": code, "message": sentence}, status)
    pages: Pages = request.app.state.pages
    visitor = await visitor_of(request)
    title = visitor.reader.text(f"console.error_{status}_title")
    return await pages.show(request, "house/error.html", status=status, title=title, sentence=sentence)

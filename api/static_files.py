"""What the pages load: our own files, and the few we serve out of installed wheels. Nothing comes from elsewhere."""

from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_OWN = Path(__file__).parent / "static"


def _folder_of(wheel: str, *parts: str) -> Path:
    """A folder inside an installed wheel."""
    spec = find_spec(wheel)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(wheel)
    return Path(spec.origin).parent.joinpath(*parts)


@cache
def _folders() -> dict[str, Path]:
    return {
        "htmx": _folder_of("js_lib_htmx", "static", "htmx"),
        "fonts": _folder_of("fontpkg_atkinson_hyperlegible", "files"),
        "": _OWN,
    }


@cache
def address_of(name: str) -> str:
    """The address of a file, with a mark of its content: a new version is loaded at once, an old one never again."""
    content = path_of(name).read_bytes()
    return f"/static/{name}?v={sha256(content).hexdigest()[:10]}"


def path_of(name: str) -> Path:
    """Where a file lies."""
    folder, _, rest = name.rpartition("/")
    return _folders()[folder] / rest


class _Marked(StaticFiles):
    """An address with a mark may be kept for ever, one without for a day."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        marked = scope.get("query_string", b"").startswith(b"v=")
        kept = "public, max-age=31536000, immutable" if marked else "public, max-age=86400"
        response.headers["Cache-Control"] = kept
        return response


def static_files() -> Starlette:
    """The application under /static."""
    return Starlette(
        routes=[
            Mount(f"/{name}" if name else "/", _Marked(directory=path)) for name, path in _folders().items()
        ]
    )

"""Static files: ours, and those of the packages we use, under one content hash, compressed once, cached for good."""

import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path

import flask_bootstrap
from flask import Flask, Response, request

from core.door import public
from core.errors import NotFound

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json"}
BOOTSTRAP = Path(flask_bootstrap.__file__).parent / "static/bootstrap5"


def _sprite(own: str, template_folder: Path) -> str:
    """Our drawings and the package's icons that a template names; the package's whole sprite weighs a megabyte."""
    used = set()
    for template in template_folder.rglob("*.html"):
        used |= set(re.findall(r"icon\(['\"]([a-z0-9-]+)['\"]", template.read_text("utf-8")))
        used |= set(re.findall(r"['\"]icon:([a-z0-9-]+)['\"]", template.read_text("utf-8")))
    package = (BOOTSTRAP / "icons/bootstrap-icons.svg").read_text("utf-8")
    symbols = re.findall(r'<symbol class="[^"]*" viewBox="([^"]*)" id="([^"]+)">(.*?)</symbol>', package, re.S)
    icons = [f'<symbol viewBox="{box}" id="{name}">{body.strip()}</symbol>' for box, name, body in symbols if name in used]
    missing = used - {name for _, name, _ in symbols}
    if missing:
        raise LookupError(f"no such icon: {', '.join(sorted(missing))}")
    return own.replace("</svg>", "\n".join(icons) + "</svg>")


@lru_cache
def _gather(static: Path, templates: Path) -> tuple[str, dict[str, bytes], dict[str, bytes]]:
    """The hash of all files, the files, and the files compressed."""
    files = {path.relative_to(static).as_posix(): path.read_bytes() for path in sorted(static.rglob("*")) if path.suffix in TYPES}
    files["bootstrap.css"] = re.sub(rb"/\*# sourceMappingURL.*", b"", (BOOTSTRAP / "css/bootstrap.min.css").read_bytes())
    files["icons.svg"] = _sprite(files["icons.svg"].decode(), templates).encode()
    version = hashlib.sha256(b"".join(name.encode() + body for name, body in sorted(files.items()))).hexdigest()[:12]
    return version, files, {name: gzip.compress(body, 9, mtime=0) for name, body in files.items()}


def install_assets(app: Flask, static: Path, templates: Path) -> None:
    """Read every static file into memory and serve it under /static/<hash>/; add asset() to the templates."""
    version, files, packed = _gather(static, templates)
    prefix = f"{app.config.get('APPLICATION_ROOT', '/').rstrip('/')}/static/{version}/"

    def asset(name: str) -> str:
        """The address of a static file; it changes whenever any of them changes."""
        if name not in files:
            raise LookupError(f"no such static file: {name}")
        return prefix + name

    @app.get("/static/<version>/<path:name>")
    @public
    def static_file(version: str, name: str) -> Response:
        if name not in files:
            raise NotFound()
        wants = request.accept_encodings.quality("gzip") > 0
        response = Response(packed[name] if wants else files[name], mimetype=TYPES[Path(name).suffix])
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Vary"] = "Accept-Encoding"
        if name.endswith("/worker.js"):
            response.headers["Service-Worker-Allowed"] = "/"  # it keeps pages that do not lie below it
        if wants:
            response.headers["Content-Encoding"] = "gzip"
        return response

    app.jinja_env.globals["asset"] = asset

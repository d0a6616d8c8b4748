"""Settings: all from the environment, each with a safe default."""

import os
import secrets
from pathlib import Path
from typing import Any

MEGABYTE = 1024 * 1024


def from_environment(folder: Path) -> dict[str, Any]:
    """Read the settings; `folder` holds what the installation keeps (database, films, secret)."""
    folder.mkdir(parents=True, exist_ok=True)
    base_url = os.environ.get("BASE_URL", "")
    return {
        "SECRET_KEY": os.environ.get("SECRET_KEY") or _kept_secret(folder / "secret_key"),
        "SQLALCHEMY_DATABASE_URI": _database(os.environ.get("DATABASE_URL", f"sqlite:///{folder / 'casebook.db'}")),
        "MEDIA_FOLDER": Path(os.environ.get("MEDIA_FOLDER", folder / "media")),
        "MOST_FILM_BYTES": int(os.environ.get("MOST_FILM_BYTES", 2_000_000_000)),
        "IMPORT_HOSTS": tuple(host for host in os.environ.get("IMPORT_HOSTS", "").lower().replace(",", " ").split()),
        "TIMEZONE": os.environ.get("TIMEZONE", "Asia/Shanghai"),
        "DEFAULT_LANGUAGE": os.environ.get("DEFAULT_LANGUAGE", "en"),
        "BASE_URL": base_url,
        # Over plain HTTP on the own machine a Secure cookie would never come back.
        "SESSION_COOKIE_SECURE": base_url.startswith("https:"),
        "REMEMBER_COOKIE_SECURE": base_url.startswith("https:"),
    }


FIXED: dict[str, Any] = {
    "SESSION_COOKIE_NAME": "casebook",
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "REMEMBER_COOKIE_HTTPONLY": True,
    "REMEMBER_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as its session, so no quiz outlasts it
    "WTF_CSRF_SSL_STRICT": False,
    "MAX_CONTENT_LENGTH": 1 * MEGABYTE,
    "MAX_FORM_PARTS": 2000,
    # A read is one statement and needs no BEGIN and ROLLBACK around it; core.db.transaction() begins what writes.
    "SQLALCHEMY_ENGINE_OPTIONS": {"isolation_level": "AUTOCOMMIT"},
    "COMPRESS_ALGORITHM": ["gzip"],
    "COMPRESS_LEVEL": 4,
    "COMPRESS_STREAMS": False,
    "BABEL_TRANSLATION_DIRECTORIES": "translations",
}


def _database(url: str) -> str:
    """Name the driver that is installed, so that a plain postgresql:// address works."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _kept_secret(path: Path) -> str:
    """A secret made once and shared by all processes; the first one to create the file wins."""
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()

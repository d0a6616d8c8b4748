"""Films on their way, after tus 1.0: https://tus.io/protocols/resumable-upload. docs/decisions/uploads.md says what is taken of it."""

from pathlib import Path

from flask import Blueprint, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from core import clock, parts
from core.db import transaction
from core.door import requires, takes
from core.errors import N_, DomainError
from core.films import read_film
from people.rules import Permission
from uploads import actions, queries, rules
from uploads.queries import Standing

blueprint = Blueprint("uploads", __name__, url_prefix="/manage/uploads")

PIECE = "application/offset+octet-stream"


class WrongKind(DomainError):
    """A piece that does not call itself one."""

    status = 415


@blueprint.post("/")
@requires(Permission.CONTENT_WRITE)
def start() -> ResponseReturnValue:
    """Begin, or go on with what was begun: Upload-Length, and in Upload-Metadata `filename` and `fingerprint`."""
    told, size = rules.metadata(request.headers.get("Upload-Metadata", "")), rules.number(request.headers.get("Upload-Length"))
    name = told.get("filename", "")
    with transaction():
        upload, new = actions.start_upload(
            current_user, name, size, told.get("fingerprint") or name, current_app.config["MOST_FILM_BYTES"], _folder(), clock.now()
        )
    return _tell(upload, 201 if new else 200)


@blueprint.get("/<id:upload_id>")
@requires(Permission.CONTENT_WRITE)
def standing(upload_id: int) -> ResponseReturnValue:
    """How much has arrived; of a whole film its stored name and its length."""
    return _tell(queries.upload_for(current_user, upload_id), 200)


@blueprint.patch("/<id:upload_id>")
@requires(Permission.CONTENT_WRITE)
@takes(rules.PIECE_MOST)
def receive(upload_id: int) -> ResponseReturnValue:
    """The piece at Upload-Offset. Answered when it is on the disk."""
    if request.mimetype != PIECE:
        raise WrongKind(N_("Send the pieces of a film as %(kind)s."), kind=PIECE)
    queries.upload_for(current_user, upload_id)
    offset, piece = rules.number(request.headers.get("Upload-Offset")), request.get_data()
    try:
        with parts.hold(actions.part_file(_folder(), upload_id)) as part:
            upload = queries.upload_for(current_user, upload_id)  # again: the one who held it before may have ended it
            upload = actions.receive(upload, part, offset, piece, _folder())
            with transaction():
                actions.note(upload, clock.now())
    except actions.WrongOffset as wrong:
        return {"error": _(wrong.message)}, wrong.status, {"Upload-Offset": str(wrong.offset)}
    except actions.NoFilm:
        give_up(upload_id)
        raise
    return "", 204, {"Upload-Offset": str(upload.received)}


@blueprint.delete("/<id:upload_id>")
@requires(Permission.CONTENT_WRITE)
def give_up(upload_id: int) -> ResponseReturnValue:
    with transaction():
        actions.give_up(current_user, queries.upload_for(current_user, upload_id), _folder())
    return "", 204


@blueprint.after_request
def speak_tus(response: Response) -> Response:
    response.headers["Tus-Resumable"] = "1.0.0"
    return response


def _folder() -> Path:
    folder: Path = current_app.config["MEDIA_FOLDER"]
    return folder


def _tell(upload: Standing, status: int) -> ResponseReturnValue:
    address = url_for("uploads.standing", upload_id=upload.id)
    film = read_film(_folder() / upload.stored) if upload.stored else None
    headers = {"Location": address, "Upload-Offset": str(upload.received), "Upload-Length": str(upload.size), "Cache-Control": "no-store"}
    told = {"address": address, "name": upload.name, "size": upload.size, "received": upload.received}
    return {**told, "stored": upload.stored, "seconds": film.seconds if film else None}, status, headers

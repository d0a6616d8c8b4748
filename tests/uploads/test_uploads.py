"""A film arrives in pieces, each kept once and in its place; what is no film is refused and not kept."""

import base64
import datetime as dt
import fcntl
import os
import shutil
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from core import clock
from core.db import db, transaction
from core.files import stored_file
from ops.housekeeping import keep_house
from people.rules import Role
from tests.builders import NOW
from tests.films import mp4, webm
from uploads import actions, queries
from uploads.access import can_use, used_by
from uploads.models import Upload
from uploads.rules import KEPT, SPARE

UPLOADS = "/manage/uploads/"
PIECE = "application/offset+octet-stream"
SIZE = 20_000
FILM = mp4(SIZE)


@pytest.fixture
def folder(app):
    return app.config["MEDIA_FOLDER"]


@pytest.fixture
def author(build):
    return build.person(role=Role.AUTHOR)


@pytest.fixture
def visitor(author, visit):
    return visit(author)


def begin(visitor, size=SIZE, name="film.mp4", fingerprint="film.mp4-20000-1", status=201):
    pairs = {"filename": name, "fingerprint": fingerprint}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    return visitor.send("POST", UPLOADS, status, Upload_Length=size, Upload_Metadata=metadata)


def send(visitor, address, offset, piece, status=204):
    return visitor.send("PATCH", address, status, piece, Content_Type=PIECE, Upload_Offset=offset)


def rows():
    return db.session.scalar(select(func.count(Upload.id)))


def kept(folder):
    return sorted(file.name for file in folder.rglob("*") if file.is_file())


def test_a_film_in_three_pieces_is_whole_and_stored_under_its_content(visitor, folder):
    began = begin(visitor)
    assert (began.headers["Upload-Offset"], began.headers["Tus-Resumable"]) == ("0", "1.0.0")
    address = began.location
    for offset in (0, 8000, 16_000):
        assert send(visitor, address, offset, FILM[offset : offset + 8000]).headers["Upload-Offset"] == str(min(offset + 8000, len(FILM)))
    told = visitor.send("GET", address, 200).json
    assert (told["received"], told["size"], told["name"], told["seconds"]) == (len(FILM), len(FILM), "film.mp4", 75)
    assert stored_file(folder, told["stored"], ".mp4").read_bytes() == FILM
    assert kept(folder) == [told["stored"]]


def test_the_film_that_arrived_can_be_watched(visitor):
    address = begin(visitor).location
    send(visitor, address, 0, FILM)
    stored = visitor.send("GET", address, 200).json["stored"]
    assert visitor.get(f"/cases/media/{stored}").data == FILM


def test_the_same_file_goes_on_where_it_stopped(visitor):
    first = begin(visitor)
    send(visitor, first.location, 0, FILM[:5000])
    again = begin(visitor, status=200)
    assert (again.location, again.headers["Upload-Offset"], again.json["received"]) == (first.location, "5000", 5000)
    head = visitor.send("HEAD", first.location, 200)
    assert (head.headers["Upload-Offset"], head.headers["Upload-Length"], head.headers["Cache-Control"]) == ("5000", str(len(FILM)), "no-store")
    assert begin(visitor, fingerprint="another").headers["Upload-Offset"] == "0"
    assert begin(visitor, size=len(FILM) + 1).headers["Upload-Offset"] == "0"


def test_a_film_that_arrived_before_is_there_at_once_unless_it_was_removed(visitor, folder):
    address = begin(visitor).location
    send(visitor, address, 0, FILM)
    stored = begin(visitor, status=200).json["stored"]
    (folder / stored).unlink()
    assert begin(visitor).json["stored"] is None


def test_a_piece_sent_again_is_no_error_and_changes_nothing(visitor, folder):
    address = begin(visitor).location
    send(visitor, address, 0, FILM[:5000])
    send(visitor, address, 5000, FILM[5000:9000])
    for offset, piece in ((5000, FILM[5000:9000]), (0, FILM[:5000]), (100, FILM[100:300])):
        assert send(visitor, address, offset, piece).headers["Upload-Offset"] == "9000"
    send(visitor, address, 9000, FILM[9000:])
    assert send(visitor, address, 9000, FILM[9000:]).headers["Upload-Offset"] == str(len(FILM))
    assert stored_file(folder, visitor.send("GET", address, 200).json["stored"]).read_bytes() == FILM


@pytest.mark.parametrize(("offset", "piece"), [(4000, FILM[4000:6000]), (6000, FILM[6000:7000]), (0, b"x" * 100), (-1, FILM[:10])])
def test_a_piece_that_does_not_follow_is_answered_with_the_true_offset(visitor, offset, piece):
    address = begin(visitor).location
    send(visitor, address, 0, FILM[:5000])
    answer = send(visitor, address, offset, piece, 409)
    assert answer.headers["Upload-Offset"] == "5000"
    assert answer.json["error"]
    assert visitor.send("HEAD", address, 200).headers["Upload-Offset"] == "5000"


def test_bytes_that_were_never_vouched_for_are_written_anew(visitor, folder):
    address = begin(visitor).location
    send(visitor, address, 0, FILM[:5000])
    part = next((folder / "parts").iterdir())
    with part.open("ab") as file:
        file.write(b"half a piece, then the power went")
    assert send(visitor, address, 5000, FILM[5000:]).headers["Upload-Offset"] == str(len(FILM))
    assert stored_file(folder, visitor.send("GET", address, 200).json["stored"]).read_bytes() == FILM


def test_a_part_that_is_gone_begins_anew(visitor, folder):
    address = begin(visitor).location
    send(visitor, address, 0, FILM[:5000])
    shutil.rmtree(folder / "parts")
    assert send(visitor, address, 5000, FILM[5000:], 409).headers["Upload-Offset"] == "0"
    send(visitor, address, 0, FILM)


def test_an_end_that_was_interrupted_is_made_up_for(visitor, author, build, folder):
    address = begin(visitor).location
    person, upload_id = build.signed_in(author), int(address.rpartition("/")[2])
    part = actions.part_file(folder, upload_id)
    part.parent.mkdir()
    part.write_bytes(FILM)
    with transaction():
        db.session.get(Upload, upload_id).received = len(FILM)
    assert queries.upload_for(person, upload_id).stored is None
    send(visitor, address, len(FILM), b"")
    assert visitor.send("GET", address, 200).json["stored"]


def test_two_at_once_do_not_mix_their_pieces(visitor, folder):
    address = begin(visitor).location
    send(visitor, address, 0, FILM[:5000])
    with next((folder / "parts").iterdir()).open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        answer = send(visitor, address, 5000, FILM[5000:], 423)
    assert "another window" in answer.json["error"]
    send(visitor, address, 5000, FILM[5000:])


def test_an_upload_is_open_to_its_owner_only(visitor, visit, build):
    address = begin(visitor).location
    send(visitor, address, 0, FILM[:5000])
    for stranger in (visit(build.person(role=Role.AUTHOR)), visit(build.person()), visit(build.person(role=Role.ADMINISTRATOR))):
        stranger.get(address, 404)
        stranger.send("HEAD", address, 404)
        send(stranger, address, 5000, FILM[5000:], 404)
        stranger.send("DELETE", address, 404)
    other = begin(visit(build.person(role=Role.AUTHOR)))
    assert (other.location != address, other.headers["Upload-Offset"]) == (True, "0")
    assert visitor.send("HEAD", address, 200).headers["Upload-Offset"] == "5000"


def test_only_authors_upload_and_only_with_the_token_of_the_page(visitor, visit, build):
    begin(visit(build.person()), status=404)
    begin(visit(), status=401)
    address = begin(visitor).location
    assert visitor.client.patch(address, data=FILM, headers={"Upload-Offset": "0", "Content-Type": PIECE}).status_code == 400
    assert visitor.client.delete(address).status_code == 400
    visitor.send("HEAD", address, 200)


def test_whoever_may_use_an_upload_is_the_same_in_both_halves(visitor, author, build):
    begin(visitor)
    upload = db.session.scalar(select(Upload))
    for person in (author, build.person(role=Role.AUTHOR)):
        signed_in = build.signed_in(person)
        assert can_use(signed_in, upload) == (db.session.scalar(select(Upload.id).where(used_by(signed_in))) is not None)


@pytest.mark.parametrize(
    "body", [b"MZ\x90\x00" + bytes(9000), b"PK\x03\x04" + bytes(9000), b"<!doctype html><title>film</title>" + b" " * 9000, mp4(9000, brand=b"heic")]
)
@pytest.mark.parametrize("name", ["film.mp4", "film.webm"])
def test_a_file_that_lies_about_its_kind_is_refused_with_its_first_piece(visitor, folder, body, name):
    address = begin(visitor, size=len(body), name=name).location
    answer = send(visitor, address, 0, body[:1000], 400)
    assert f"“{name}” is not a whole film" in answer.json["error"]
    assert kept(folder) == []
    assert rows() == 0
    visitor.send("HEAD", address, 404)


@pytest.mark.parametrize(
    "body", [mp4(9000)[:-10] + b"\x00" * 20, mp4(9000, handler=b"soun"), mp4(9000)[:4000], webm(doctype=b"matroska"), webm()[:-9], mp4(9000)[:10]]
)
def test_a_film_that_is_none_inside_is_refused_at_its_end(visitor, folder, body):
    address = begin(visitor, size=len(body)).location
    half = len(body) // 2
    send(visitor, address, 0, body[:half])
    assert "is not a whole film" in send(visitor, address, half, body[half:], 400).json["error"]
    assert kept(folder) == []
    assert rows() == 0


def test_more_than_was_said_is_refused(visitor):
    address = begin(visitor, size=5000).location
    send(visitor, address, 0, FILM[:5001], 400)
    assert visitor.send("HEAD", address, 200).headers["Upload-Offset"] == "0"


def test_a_piece_has_its_largest_size_and_its_kind(visitor):
    address = begin(visitor, size=9_000_000).location
    answer = send(visitor, address, 0, bytes(4 * 1024 * 1024 + 1), 413)
    assert "At most 4 MB" in answer.json["error"]
    visitor.send("PATCH", address, 415, FILM, Content_Type="video/mp4", Upload_Offset=0)
    send(visitor, address, 0, mp4(9_000_000)[: 4 * 1024 * 1024])


@pytest.mark.parametrize("size", [0, -5, "x", 3 * 1024**3, "9" * 40])
def test_a_film_of_no_or_too_much_size_is_refused_before_it_starts(visitor, size):
    assert "up to 2000 MB" in begin(visitor, size=size, status=400).json["error"]
    assert rows() == 0


def test_a_film_that_the_disk_has_no_room_for_is_refused_before_it_starts(visitor, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=SPARE + 30_000))
    begin(visitor)
    assert "has room for" in begin(visitor, fingerprint="another", status=403).json["error"]
    begin(visitor, status=200)


def test_giving_up_leaves_nothing(visitor, folder):
    address = begin(visitor).location
    send(visitor, address, 0, FILM[:5000])
    visitor.send("DELETE", address, 204)
    visitor.send("HEAD", address, 404)
    assert kept(folder) == []


def test_giving_up_a_whole_film_leaves_the_film(visitor, folder):
    address = begin(visitor).location
    send(visitor, address, 0, FILM)
    visitor.send("DELETE", address, 204)
    assert len(kept(folder)) == 1


def test_housekeeping_forgets_what_nothing_came_for_in_a_week(visitor, folder, build, author):
    old, fresh = begin(visitor).location, begin(visitor, fingerprint="fresh").location
    for address in (old, fresh):
        send(visitor, address, 0, FILM[:5000])
    long_ago = clock.now() - KEPT - dt.timedelta(minutes=1)
    with transaction():
        db.session.get(Upload, int(old.rpartition("/")[2])).touched_at = long_ago
    os.utime(actions.part_file(folder, int(old.rpartition("/")[2])), (long_ago.timestamp(), long_ago.timestamp()))
    db.session.remove()
    keep_house()
    visitor.send("HEAD", old, 404)
    assert visitor.send("HEAD", fresh, 200).headers["Upload-Offset"] == "5000"
    assert kept(folder) == [f"{fresh.rpartition('/')[2]}.part"]


def test_a_film_that_comes_whole_is_checked_alike(folder, tmp_path):
    (tmp_path / "sent").write_bytes(FILM)
    with (tmp_path / "sent").open("rb") as stream:
        assert stored_file(folder, actions.keep_whole("film.mp4", stream, folder)).read_bytes() == FILM
    (tmp_path / "sent").write_bytes(b"MZ")
    with (tmp_path / "sent").open("rb") as stream, pytest.raises(actions.NoFilm, match=r"“film.mp4” is not a whole film"):
        actions.keep_whole("C:\\film.mp4", stream, folder)
    assert len(kept(folder)) == 1


def test_a_start_at_the_same_moment_is_one_upload(author, build, folder):
    person = build.signed_in(author)
    with transaction():
        first, _new = actions.start_upload(person, "a.mp4", 100, "a", 10**9, folder, NOW)
    with transaction():
        second, new = actions.start_upload(person, "a.mp4", 100, "a", 10**9, folder, NOW)
    assert (second.id, new, rows()) == (first.id, False, 1)

"""A film is believed for its content: the right brand, whole, with moving pictures."""

import pytest

from core.files import recognise
from core.films import Film, begins_as, read_film
from tests.builders import SHIPPED
from tests.films import box, mp4, mp4_head, track, webm


def read(tmp_path, body):
    file = tmp_path / "film.mp4"
    file.write_bytes(body)
    return read_film(file)


@pytest.mark.parametrize("name", ["film.mp4", "film.webm"])
def test_the_shipped_film_is_recognised_with_its_length(name):
    file = SHIPPED / "valero-delaware-nitrogen-2005" / name
    assert read_film(file) == Film(file.suffix, 68)


@pytest.mark.parametrize(
    ("body", "film"), [(mp4(seconds=90), Film(".mp4", 90)), (webm(seconds=90.4), Film(".webm", 90)), (webm(seconds=None), Film(".webm", None))]
)
def test_a_film_says_how_long_it_is(tmp_path, body, film):
    assert read(tmp_path, body) == film


def test_a_long_film_has_a_long_box(tmp_path):
    file, size = tmp_path / "film.mp4", 5 * 1024**3
    head = mp4_head(4096)[:-8]
    with file.open("wb") as out:
        out.write(head + (1).to_bytes(4) + b"mdat" + (size - len(head)).to_bytes(8))
        out.truncate(size)
    assert read_film(file) == Film(".mp4", 75)


@pytest.mark.parametrize(
    "body",
    [
        mp4(brand=b"heic"),
        mp4(brand=b"avif"),
        mp4(brand=b"M4A "),
        mp4(brand=b"qt  "),
        mp4(handler=b"soun"),
        mp4()[:-1],
        mp4() + b"MZ",
        mp4()[:24],
        box(b"ftyp", b"isom", bytes(4)) + box(b"mdat", bytes(100)),
        box(b"ftyp", b"isom", bytes(4)) + box(b"moov", track(b"vide")),
        b"\x00\x00\x00\x18ftypisom<html><script>alert(1)</script></html>",
        webm(doctype=b"matroska"),
        webm(track_type=2),
        webm()[:-1],
        webm()[:40],
        b"\x1aE\xdf\xa3" + bytes(200),
        b"\x1aE\xdf\xa3" + b"\xff" * 200,
        b"\x1aE\xdf\xa3",
        b"PK\x03\x04" + bytes(100),
        b"MZ" + bytes(100),
        b"<!doctype html><title>film</title>",
        b"",
    ],
)
def test_what_is_no_whole_film_is_none(tmp_path, body):
    assert read(tmp_path, body) is None
    assert recognise(tmp_path / "film.mp4") is None


def test_a_film_of_endless_empty_boxes_is_given_up(tmp_path):
    assert read(tmp_path, mp4() + box(b"free") * 250_000) is None


@pytest.mark.parametrize("head", [b"MZ\x90\x00" + bytes(20), b"PK\x03\x04", b"<html>", mp4(brand=b"heic")[:12], b""])
def test_the_first_bytes_tell_most_that_is_no_film(head):
    assert begins_as(head) is None

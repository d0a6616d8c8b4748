"""Captions: what browsers take, said with the line where something is wrong."""

import pytest

from core.captions import MOST_BYTES, read_captions, transcript
from core.errors import Invalid
from tests.builders import SHIPPED

SOUND = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nHello\n"


def test_sound_captions_come_out_as_they_are_and_again():
    assert read_captions(SOUND.encode()) == SOUND
    for file in SHIPPED.rglob("*.vtt"):
        text = read_captions(file.read_bytes())
        assert read_captions(text.encode()) == text
        assert text.count("-->") == file.read_text("utf-8").count("-->")


def test_notes_styles_names_and_odd_line_ends_are_left_out():
    sent = (
        "\ufeffWEBVTT - title\r\nKind: captions\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\nNOTE a remark\r\n\r\n"
        "first\r\n01:02.500 --> 01:04.000 align:start junk:1\r\nA & B\r\n"
    )
    assert read_captions(sent.encode()) == "WEBVTT\n\n00:01:02.500 --> 00:01:04.000 align:start\nA &amp; B\n"


def test_subrip_becomes_webvtt():
    sent = "1\r\n00:00:01,000 --> 00:00:02,500\r\n<FONT color=red>Stop</font>, <I>call</I> & wait\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\n{\\an8}x < y\r\n"
    assert read_captions(sent.encode()) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nStop, <i>call</i> &amp; wait\n\n00:00:03.000 --> 00:00:04.000\nx &lt; y\n"
    )


@pytest.mark.parametrize(
    "line",
    ["<b>Stop</b>", "<v Foreman>Out!", "<c.yellow>a</c>", "<00:00:02.000>now", "<lang zh>停</lang>", "<ruby>停<rt>ting</rt></ruby>", "&lt;&nbsp;&#9650;"],
)
def test_the_tags_of_webvtt_are_kept(line):
    assert line in read_captions(f"WEBVTT\n\n00:01.000 --> 00:04.000\n{line}\n".encode())


CUE = "00:01.000 --> 00:04.000\n"


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("WEBVTTX\n\n" + CUE + "a", 1, "expected"),
        ("WEBVTT\n" + CUE + "a", 1, "empty line below"),
        ("WEBVTT\n\n00:01,000 --> 00:04,000\na", 3, "two moments"),
        ("WEBVTT\n\n00:01.000 -> 00:04.000\na", 4, "two moments"),
        ("WEBVTT\n\n00:01.00 --> 00:04.000\na", 3, "two moments"),
        ("WEBVTT\n\n00:61.000 --> 00:04.000\na", 3, "two moments"),
        ("WEBVTT\n\njust words", 4, "two moments"),
        ("WEBVTT\n\n00:04.000 --> 00:04.000\na", 3, "ends before"),
        ("WEBVTT\n\n" + CUE + "a\n\n00:00.500 --> 00:06.000\nb", 6, "begins before"),
        ("WEBVTT\n\n" + CUE, 3, "no text"),
        ("WEBVTT\n\n" + CUE + "a\n00:05.000 --> 00:06.000\nb", 5, "empty line is missing"),
        ("WEBVTT\n\n" + CUE + "a\n<script>alert(1)</script>", 5, "<script>"),
        ("WEBVTT\n\n" + CUE + "<b onclick=x>a</b>", 4, "<b onclick=x>"),
        ("WEBVTT\n\n" + CUE + "<img src=x onerror=y>", 4, "<img"),
        ("1\n00:00:01,000 --> 00:00:02,000\n<a href='x'>a</a>", 3, "<a href"),
    ],
)
def test_what_browsers_would_not_take_is_refused_with_its_line(body, line, words):
    with pytest.raises(Invalid, match=f"^Line {line}:.*{words}"):
        read_captions(body.encode())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xd6\xd0", "Line 4: .*UTF-8"),
        (b"WEBVTT\n\n", "no caption"),
        (b"", "no caption"),
        (b"WEBVTT" + b" " * MOST_BYTES, "larger than 1 MB"),
    ],
)
def test_a_file_that_holds_no_captions_is_refused(body, words):
    with pytest.raises(Invalid, match=words):
        read_captions(body)


def test_hostile_lines_take_no_time():
    for line in ("<" + "a" * 900_000, "<font" * 150_000, "{\\" * 300_000, "&" * 900_000):
        read_captions(f"1\n00:00:01,000 --> 00:00:02,000\nx{line}\n".encode()[:MOST_BYTES])


def test_a_transcript_is_the_text_alone():
    twice = "快出来，\n别下去\n"
    vtt = read_captions(
        f"WEBVTT\n\n{CUE}<v Foreman>Get <b>out</b>\nnow &amp; stay\n\n00:05.000 --> 00:06.000\n{twice}\n00:06.000 --> 00:07.000\n{twice}".encode()
    )
    assert transcript(vtt) == "Foreman: Get out now & stay\n快出来，别下去"

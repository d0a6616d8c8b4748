"""How the headers of uploads are read."""

import pytest

from core.config import MEGABYTE
from uploads import rules


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("filename ZmlsbS5tcDQ=,fingerprint YQ==", {"filename": "film.mp4", "fingerprint": "a"}),
        ("filename  ZmlsbS5tcDQ=", {"filename": "film.mp4"}),
        ("filename 5b2xLm1wNA==, is_confidential", {"filename": "影.mp4", "is_confidential": ""}),
        ("filename !!!", {}),
        ("filename /w==", {}),
        ("", {}),
    ],
)
def test_metadata_is_read_and_nonsense_left_out(header, found):
    assert rules.metadata(header) == found


@pytest.mark.parametrize(("name", "shown"), [("film.mp4", "film.mp4"), ("C:\\Films\\a.mp4", "a.mp4"), ("../../etc/passwd", "passwd"), ("a\x00\n\u202eb", "ab")])
def test_a_name_is_shown_without_folders_and_tricks(name, shown):
    assert rules.plain_name(name) == shown
    assert len(rules.plain_name(name * 300)) <= rules.NAME_MAX


@pytest.mark.parametrize(("header", "number"), [("0", 0), ("4194304", 4194304), (None, -1), ("", -1), ("-1", -1), ("1e3", -1), ("٣", -1), ("9" * 30, -1)])
def test_a_number_is_a_number(header, number):
    assert rules.number(header) == number


def test_room_is_what_nobody_else_was_promised():
    assert rules.room_left(free=2000 * MEGABYTE, promised=300 * MEGABYTE) == 1200 * MEGABYTE
    assert rules.room_left(free=100 * MEGABYTE, promised=0) == 0

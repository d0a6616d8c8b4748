"""A photograph is kept small, upright and without what the camera wrote beside it."""

from io import BytesIO

import pytest
from PIL import Image

from core.errors import Invalid
from core.files import store_bytes, stored_file
from core.pictures import LONG_SIDE, MOST_BYTES, shrink

GPS = 0x8825


def photo(kind="JPEG", size=(400, 200), orientation=None, mode="RGB", **more):
    """Left half red, right half blue, taken in Beijing by Zhang San."""
    picture = Image.new(mode, size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x013B] = "Zhang San"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (39.0, 54.0, 26.0)
    if orientation:
        exif[0x0112] = orientation
    out = BytesIO()
    picture.save(out, kind, exif=exif, **more)
    return out.getvalue()


def opened(body):
    return Image.open(BytesIO(body))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_of_place_and_owner_is_kept(kind):
    sent = photo(kind)
    assert b"Zhang San" in sent
    assert opened(sent).getexif().get_ifd(GPS)
    kept = shrink(sent)
    assert b"Zhang San" not in kept
    assert not opened(kept).getexif()
    assert "exif" not in opened(kept).info
    assert opened(kept).format == "WEBP"


def test_a_file_hidden_behind_the_picture_is_not_kept():
    assert b"<script>" not in shrink(photo() + b"<script>alert(1)</script>")


@pytest.mark.parametrize(("orientation", "top"), [(6, "red"), (8, "blue")])
def test_a_photograph_is_turned_as_it_was_held(orientation, top):
    kept = opened(shrink(photo(orientation=orientation)))
    assert kept.size == (200, 400)
    red, _green, blue = kept.convert("RGB").getpixel((100, 20))
    assert ("red" if red > blue else "blue") == top


def test_a_large_photograph_is_made_small_and_a_small_one_left_as_large_as_it_is():
    assert opened(shrink(photo(size=(6000, 3000)))).size == (LONG_SIDE, LONG_SIDE // 2)
    assert opened(shrink(photo(size=(300, 200)))).size == (300, 200)


def test_what_can_be_seen_through_stays_so():
    assert opened(shrink(photo("PNG", mode="RGBA"))).mode in ("RGB", "RGBA")
    clear = BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(clear, "PNG")
    assert opened(shrink(clear.getvalue())).convert("RGBA").getpixel((25, 25))[3] == 0


def test_of_moving_pictures_the_first_is_kept():
    moving = BytesIO()
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "blue")]
    frames[0].save(moving, "WEBP", save_all=True, append_images=frames[1:])
    kept = opened(shrink(moving.getvalue()))
    assert getattr(kept, "n_frames", 1) == 1
    red, _green, blue = kept.convert("RGB").getpixel((30, 30))
    assert red > blue


def gif():
    out = BytesIO()
    Image.new("RGB", (9, 9)).save(out, "GIF")
    return out.getvalue()


@pytest.mark.parametrize(
    "body", [b"<html>", b"MZ\x90", b"", gif(), b"<svg xmlns='http://www.w3.org/2000/svg'/>", photo()[:400], b"\xff\xd8\xff\xe0<script>", photo("PNG")[:60]]
)
def test_a_file_that_lies_about_its_kind_is_refused(body):
    with pytest.raises(Invalid, match="whole picture"):
        shrink(body)


def test_a_picture_that_would_fill_the_memory_is_refused():
    bomb = BytesIO()
    Image.new("1", (20_000, 15_000)).save(bomb, "PNG")
    with pytest.raises(Invalid):
        shrink(bomb.getvalue())
    large = BytesIO()
    Image.new("1", (8_000, 7_000)).save(large, "PNG")
    with pytest.raises(Invalid, match="50 million pixels"):
        shrink(large.getvalue())
    with pytest.raises(Invalid, match="20 MB"):
        shrink(photo() + bytes(MOST_BYTES))


def test_what_is_kept_has_the_name_of_its_content(tmp_path):
    kept = shrink(photo())
    name = store_bytes(kept, tmp_path / "media")
    assert store_bytes(kept, tmp_path / "media") == name
    assert stored_file(tmp_path / "media", name, ".webp").read_bytes() == kept
    assert [file.name for file in (tmp_path / "media").iterdir()] == [name]
    with pytest.raises(ValueError):
        store_bytes(b"<html>", tmp_path / "media")

"""Areas of a picture: pixels in files, thousandths in the bank. Pure."""

from collections.abc import Sequence

Numbers = Sequence[float]


def thousandths(shape: str, at: Numbers, width: float, height: float) -> list[int] | None:
    """An area of a picture of this size in pixels, as the bank has it: rect [x, y, w, h], circle [x, y, r], polygon. None where it is none."""
    if (shape == "rect" and len(at) != 4) or (shape == "circle" and len(at) != 3) or (shape == "polygon" and (len(at) < 6 or len(at) % 2)):
        return None
    made = [round(value * 1000 / (width, height)[place % 2]) for place, value in enumerate(at)]  # a radius is in widths, at an even place
    return [min(1000, max(0, value)) for value in made]


def pixels(at: Sequence[int], width: float, height: float) -> list[int]:
    """An area in whole pixels of a picture of this size."""
    return [round(value * (width, height)[place % 2] / 1000) for place, value in enumerate(at)]

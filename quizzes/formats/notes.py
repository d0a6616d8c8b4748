"""What is named of one question while its file is read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import N_
from quizzes.formats import markup, texts
from quizzes.formats.parsed import Named
from quizzes.formats.pictures import size_of


@dataclass
class Notes:
    """A question while it is read. `form` is the format of all its texts, `unmarked` the language of those that name none."""

    element: Any
    where: str
    wanted: str | None
    named: list[Named] = field(default_factory=list)
    form: str = texts.PLAIN
    unmarked: str = "en"
    excerpt: str = ""
    picture: dict[str, Any] | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)
    _left: set[str] = field(default_factory=set)

    def note(self, message: str, **values: Any) -> None:
        """Name a feature that is left out or taken in another way."""
        self.named.append(Named(self.where, self.excerpt, message, values, lost=False))

    def lost(self, message: str, **values: Any) -> Named:
        """Why the whole question is not taken."""
        return Named(self.where, self.excerpt, message, values)

    def left_out(self, feature: str) -> None:
        """Remember a feature that has no counterpart here, to be named with the others."""
        self._left.add(feature)

    def left_picture(self, name: str) -> None:
        """Name a picture that is left out."""
        self.note(N_("A question has one picture: “%(file)s” was left out."), file=name[:60])

    def take_picture(self, name: str, body: bytes, alt: str) -> bool:
        """Make this the question's picture. False where it is no picture."""
        size = size_of(body)
        if size is None:
            return False
        self.picture = {"file": name, "alt": alt, "width": size.width, "height": size.height}
        self.pictures[name] = body
        return True

    def cleaned(self, text: str) -> str:
        """A text in the question's format as it may be stored; what is left out of HTML is named."""
        if self.form != texts.HTML:
            return text
        kept, lost = markup.cleaned(markup.without_images(text, self._drops))
        if markup.MATH in lost:
            self.note(N_("A formula in MathML was kept as its words only."))
        self._left |= {name for name in lost if name != markup.MATH}
        return kept

    def _drops(self, attributes: Mapping[str, str]) -> bool:
        source = attributes.get("src", "")
        if source.startswith(("http://", "https://", "data:")):
            return False
        self.left_picture(markup.file_name(source))
        return True

    def finish(self) -> list[Named]:
        """Everything that was named of this question, each thing once."""
        if self._left:
            features = ", ".join(sorted(self._left))
            self.note(N_("Left out, because nothing here corresponds to it: %(features)s."), features=features[:500])
        return [row for place, row in enumerate(self.named) if row not in self.named[:place]]

"""The grammar of GIFT: a file's text as questions that say no more and no less than it does. Pure.

As in https://docs.moodle.org/en/GIFT_format, and forgiving where the meaning is plain: questions without a blank line between them, blank
lines within the braces or before them, signs of equality within HTML tags, braces of formulas and code without a backslash.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from core.errors import N_
from quizzes.formats.parsed import Named

MOODLE, WIDE = "moodle", frozenset({"html", "markdown"})
LOOKAHEAD = 20_000  # a brace that is not closed within so many characters after a blank line is left open
EXCERPT = 80

_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_SIGN = re.compile(r"""\\.|<[a-zA-Z][^<>]*=\s*["'][^<>]*>|[=~]""", re.DOTALL)
_HASH = re.compile(r"\\.|#", re.DOTALL)
_OVERALL = re.compile(r"\\.|####", re.DOTALL)
_ESCAPE = re.compile(r"\\([\\~=#{}:n])")
_TITLE = re.compile(r"\s*::((?:\\.|[^\\])*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%\s*(-?\d{1,3}(?:[.,]\d{0,20})?)\s*%")
_CATEGORY = re.compile(r"\s*\$CATEGORY:(.*)")
_KNOWN = re.compile(r"\[(id|tag|scored):((?:\\.|[^\]\\])+)\]")
_EXPORTED = re.compile(r"\s*//\s*question:\s*\d+\s+name:")
_SIGNED = re.compile(r"\s*[=~#]\s*\S")
_UNSIGNED = re.compile(r"\s*(?:(?:T|TRUE|F|FALSE)\s*(?:#|$)|$)", re.IGNORECASE)  # true, false, or nothing
_FORMULA = re.compile(r"(?:\\[A-Za-z]{1,40}\*?(?:\[[^\[\]]{0,40}\])?|\^|(?<!_)_|(?<!\\)\})$")  # what stands before a brace of LaTeX
_NEAR = 100  # characters before a brace in which a formula is looked for
_UNMATCHED = N_("Braces do not match: a brace that belongs to the text needs a backslash before it.")


@dataclass(frozen=True)
class Said:
    """A text and its format; "moodle" where none is given."""

    form: str
    text: str


@dataclass(frozen=True)
class Choice:
    """One answer: its sign (= right, ~ wrong, "" none), its weight in per cent where one is given, and for matching its partner."""

    sign: str
    weight: str | None
    said: Said
    feedback: Said | None = None
    partner: str = ""


@dataclass(frozen=True)
class Question:
    """One question as the file says it. `exported` means that Moodle wrote it, which gives the feedback of true and false another order."""

    line: int
    type: str
    stem: Said
    title: str | None = None
    uid: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""
    embedded: bool = False
    choices: tuple[Choice, ...] = ()
    is_true: bool = False
    of_true: Said | None = None
    of_false: Said | None = None
    overall: Said | None = None
    exported: bool = False
    evenly: bool = False
    bare: bool = False  # braces without a backslash stand in its texts


class Broken(Exception):
    """Why a block of a file is no question: a message id."""


@dataclass
class _Block:
    line: int = 0
    lines: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    category: str = ""
    depth: int = 0
    opened: tuple[int, int] = (0, 0)  # the line, within the block, and the place of the outermost brace that opened last
    closed: int = -1  # the line, within the block, where its answers closed

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def add(self, line: str) -> None:
        """Take another line, and see what its braces open and close."""
        self.lines.append(line)
        for brace in _BRACE.finditer(line):
            if brace[0] == "{":
                if self.depth == 0:
                    self.opened = len(self.lines) - 1, brace.end()
                self.depth += 1
            elif brace[0] == "}":
                is_stray, self.depth = self.depth == 0, max(0, self.depth - 1)  # one too many stays with the answers before it
                if self.depth == 0 and (self.closed >= 0 if is_stray else self._has_answers(brace.start())):
                    self.closed = len(self.lines) - 1

    def _has_answers(self, end: int) -> bool:
        number, start = self.opened
        first, between, last = self.lines[number], self.lines[number + 1 : -1], self.lines[-1]
        body = first[start:end] if number == len(self.lines) - 1 else "\n".join([first[start:], *between, last[:end]])
        return _is_answers(first[max(0, start - 1 - _NEAR) : start - 1], body)


def questions(text: str) -> Iterator[Question | Named | str]:
    """The questions of a file in their order, a category as its name, and what is no question as lost."""
    category = ""
    for block in _blocks(text):
        if block.category != category:
            category = block.category
            yield category
        if block.lines:
            try:
                yield _question(block)
            except Broken as broken:
                yield Named(str(block.line), " ".join(block.text.split())[:EXCERPT], str(broken))


def _blocks(text: str) -> list[_Block]:
    found: list[_Block] = []
    block, place = _Block(), 0
    for line_number, line in enumerate(text.split("\n"), 1):
        place += len(line) + 1
        category = None if block.depth else _CATEGORY.match(line)
        if line.lstrip().startswith("//"):
            if block.closed >= 0:
                found.append(block)
                block = _Block(category=block.category)
            block.comments.append(line)
        elif category or not line.strip():
            if block.depth and _closes(text, place):
                block.lines.append("")
                continue
            if category or block.lines:
                found.append(block)
                block = _Block(category=category[1].strip() if category else block.category, comments=[] if block.lines else block.comments)
        else:
            if not block.depth and block.lines and (line.startswith("::") or (block.closed >= 0 and _opens(line))):
                found.append(block)
                rest = block.lines[block.closed + 1 :] if block.closed >= 0 else []
                block.lines = block.lines[: len(block.lines) - len(rest)]
                block = _Block(line_number - len(rest), rest, category=block.category)
            block.line = block.line or line_number
            block.add(line)
    return _with_their_stems([*found, block])


def _closes(text: str, place: int) -> bool:
    braces = (match[0] for match in _BRACE.finditer(text, place, place + LOOKAHEAD) if match[0] in "{}")
    return next(braces, "{") == "}"


def _opens(line: str) -> bool:
    return "{" in _BRACE.findall(line)


def _is_answers(before: str, body: str) -> bool:
    """Whether what stands in braces looks like answers, and not like a part of a formula or of code."""
    return bool(_SIGNED.match(body) or (_UNSIGNED.match(body) and not _FORMULA.search(before)))


def _with_their_stems(blocks: list[_Block]) -> list[_Block]:
    """Braces that stand alone belong to the text before the blank line."""
    found: list[_Block] = []
    for block in blocks:
        text = block.text.strip()
        before = found[-1] if found else None
        if before and text.startswith("{") and text.endswith("}") and before.lines and before.category == block.category and before.closed < 0:
            before.lines += block.lines
        else:
            found.append(block)
    return found


def _question(block: _Block) -> Question:
    text = block.text
    titled = _TITLE.match(text)
    title = unescaped(" ".join(titled[1].split())) if titled else None
    body = text[titled.end() :] if titled else text
    known = [(name, re.sub(r"\\(.)", r"\1", value).strip()) for comment in block.comments for name, value in _KNOWN.findall(comment)]
    span, bare = _answers_in(body)
    made = Question(
        line=block.line,
        type="Description",
        stem=_said(body, MOODLE),
        title=title,
        uid=next((value for name, value in known if name == "id"), ""),
        tags=tuple(value for name, value in known if name == "tag"),
        category=block.category,
        exported=any(_EXPORTED.match(comment) for comment in block.comments),
        evenly=("scored", "evenly") in known,
        bare=bare,
    )
    if span is None:
        return made
    before, answers, after = body[: span[0]], body[span[0] + 1 : span[1]], body[span[1] + 1 :]
    if after.strip():
        mark = _FORMAT.match(before)
        start = mark[0] if mark else ""
        before = start + " ".join(filter(None, [before[len(start) :].strip(), "_____", after.strip()]))
    return _answered(replace(made, stem=_said(before, MOODLE), embedded=bool(after.strip())), answers)


def _answers_in(body: str) -> tuple[tuple[int, int] | None, bool]:
    """Where the answers of a question open and close, None where it has none, and whether other braces stand in it. Raises Broken.

    Moodle takes the first pair whatever it holds. Here those are answers that look so, where there is just one such pair; a single pair
    that says something else is one answer, unless a formula stands before it.
    """
    groups, count = _groups(body)
    found = [(start, end) for start, end in groups if _is_answers(body[max(0, start - _NEAR) : start], body[start + 1 : end])]
    signed = [(start, end) for start, end in found if body[start + 1 : end].strip()]
    found = signed or found
    if not found:
        found = [(start, end) for start, end in groups if not _FORMULA.search(body[max(0, start - _NEAR) : start])]
        if len(found) == 1 and len(groups) > 1:  # a formula and what may be an answer or code
            raise Broken(_UNMATCHED)
    if len(found) > 1:
        raise Broken(_UNMATCHED)
    return (found[0], count > 1) if found else (None, count > 0)


def _groups(body: str) -> tuple[list[tuple[int, int]], int]:
    """The outermost pairs of braces, and how many pairs there are in all. Raises Broken where one has no other half."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    count = 0
    for brace in _BRACE.finditer(body):
        if brace[0] == "{":
            opened.append(brace.start())
        elif brace[0] == "}":
            if not opened:
                raise Broken(_UNMATCHED)
            start, count = opened.pop(), count + 1
            if not opened:
                found.append((start, brace.start()))
    if opened:
        raise Broken(_UNMATCHED)
    return found, count


def _answered(made: Question, answers: str) -> Question:
    form = made.stem.form
    answers, overall = _cut(answers, _OVERALL)
    made = replace(made, overall=_feedback(overall, form))
    stripped = answers.strip()
    if not stripped:
        return replace(made, type="Essay")
    if stripped.startswith("#"):
        return replace(made, type="Numerical", choices=tuple(_choices(stripped[1:], form)))
    head, feedback = _cut(stripped, _HASH)
    if head.strip().upper() in ("T", "TRUE", "F", "FALSE"):
        return _true_false(made, head.strip().upper()[0] == "T", feedback)
    signs = {match[0] for match in _SIGN.finditer(answers)}
    if "~" in signs:
        return replace(made, type="MC", choices=tuple(_choices(answers, form, "~=")))
    if "=" in signs:
        pieces = list(_pieces(answers))
        if all("->" in piece and not _WEIGHT.match(piece) for _sign, piece in pieces):
            return replace(made, type="Matching", choices=tuple(_pair(piece, form) for _sign, piece in pieces))
    return replace(made, type="Short", choices=tuple(_choices(answers, form)))


def _true_false(made: Question, is_true: bool, feedback: str | None) -> Question:
    """Moodle shows the first feedback for a wrong answer; whoever writes by hand means the first for true, the second for false."""
    first, second = _cut(feedback or "", _HASH)
    of_true, of_false = _feedback(first, made.stem.form), _feedback(second, made.stem.form)
    if made.exported and is_true:
        of_true, of_false = of_false, of_true
    return replace(made, type="TF", is_true=is_true, of_true=of_true, of_false=of_false)


def _choices(answers: str, form: str, signs: str = "") -> Iterator[Choice]:
    for sign, piece in _pieces(answers):
        if sign == "" and signs:
            raise Broken(N_("Text stands before the first answer."))
        weight = _WEIGHT.match(piece)
        said, feedback = _cut(piece[weight.end() :] if weight else piece, _HASH)
        yield Choice(sign, weight[1].replace(",", ".") if weight else None, _said(said, form), _feedback(feedback, form))


def _pieces(answers: str) -> Iterator[tuple[str, str]]:
    cuts = [match for match in _SIGN.finditer(answers) if match[0] in "=~"]
    first = answers[: cuts[0].start()] if cuts else answers
    if first.strip():
        yield "", first
    for start, end in pairwise([*(cut.start() for cut in cuts), len(answers)]):
        yield answers[start], answers[start + 1 : end]


def _pair(piece: str, form: str) -> Choice:
    said, _arrow, partner = piece.partition("->")
    return Choice("=", None, _said(said, form), partner=_said(partner, "plain").text)


def _cut(text: str, mark: re.Pattern[str]) -> tuple[str, str | None]:
    """What stands before the first mark that has no backslash before it, and what stands behind it."""
    found = next((match for match in mark.finditer(text) if not match[0].startswith("\\")), None)
    return (text[: found.start()], text[found.end() :]) if found else (text, None)


def _feedback(text: str | None, form: str) -> Said | None:
    said = _said(text or "", form)
    return said if said.text else None


def _said(text: str, form: str) -> Said:
    """A text with its format. Line breaks of the file count in HTML and Markdown; elsewhere only those that are written as \\n."""
    mark = _FORMAT.match(text)
    if mark:
        text, form = text[mark.end() :], mark[1].lower()
    return Said(form, unescaped(text.strip() if form in WIDE else " ".join(text.split())))


def unescaped(text: str) -> str:
    """A text without the backslashes of GIFT; \\n is a line break, and a backslash before anything else is a backslash."""
    return _ESCAPE.sub(lambda match: "\n" if match[1] == "n" else match[1], text)

"""Words: the tokens by which texts are found, alike on every database, and what of a text a hit shows. Pure functions on plain values.

How Chinese is found, and why: docs/decisions/search.md.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape
from snowballstemmer import EnglishStemmer  # type: ignore[import-untyped]

from cases.rules import SEARCH_MAX, Document, visible_timeline
from core.languages import LANGUAGES, said

# Scripts without spaces between words: Chinese characters and Japanese kana.
_RUN = "\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# A run of them; a number; or a word, which may hold one or two digits (H2S, PM10) and an apostrophe. GB30871 is two pieces, as GB 30871 is.
_PIECE = re.compile(rf"(?P<run>[{_RUN}]+)|\d{{3,}}|(?:(?![{_RUN}])[^\W\d_]|\d{{1,2}}(?!\d))+(?:['’][^\W\d_]+)?")
_QUOTED = re.compile(r'["“«「]([^"“”«»「」]+)["”»」]')
_TOKEN_MAX = 40
_TOKENS_MAX = 16_000  # PostgreSQL counts places up to 16,383
_STOP = re.compile(
    "a|an|and|are|as|at|be|been|by|for|from|had|has|have|he|her|his|if|in|into|is|it|its|of|on|or|she|that|the|their|them|they|this|to|was|were|while|who|with"
)
# Forms of a character that are one character long, so that places in a text stay what they are.
_FOLDED = {
    code: folded
    for span in ((0xB2, 0xBA), (0x2070, 0x209D), (0xFF01, 0xFF5F))
    for code in range(*span)
    if len(folded := unicodedata.normalize("NFKC", chr(code))) == 1
}
_NO_PROSE = ("id", "url", "decision", "from", "sound", "svg", "file", "files", "name", "captions", "credit")
_HIDDEN = ("toll_note", "direct_cause", "underlying_causes", "controls", "last_barrier", "at_your_post", "lesson", "aftermath", "unknown")
_HIDDEN_TOO = ("films", "photos", "diagram", "sources")  # a headline can tell how it turned out


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What a folded word has in common with its inflections; Snowball's English stemmer, which leaves what is not English mostly alone."""
    return str(EnglishStemmer().stemWord(word.replace("’", "'"))).replace("'", "")[:_TOKEN_MAX]


def tokens(text: str) -> list[str]:
    """The tokens of a text in order: of a run of Chinese every character with the next one, the last one alone; of a word its stem."""
    found: list[str] = []
    for piece in _PIECE.finditer(unicodedata.normalize("NFKC", text).casefold()):
        run = piece["run"]
        found += [run[place : place + 2] for place in range(len(run))] if run else [stem(piece[0])]
    return found[:_TOKENS_MAX]


def inflected(text: str) -> list[str]:
    """The words of a text that are not their own stem, as they stand: by them the form that was typed comes first, and the beginning of a word is found."""
    found = (piece[0] for piece in _PIECE.finditer(unicodedata.normalize("NFKC", text).casefold()) if not piece["run"])
    return [word for word in found if word.isalnum() and len(word) <= _TOKEN_MAX and stem(word) != word][:_TOKENS_MAX]


@dataclass(frozen=True)
class Phrase:
    """Tokens one after the other; `begins` where the last one may be the beginning of a longer one."""

    tokens: tuple[str, ...]
    begins: bool = False


@dataclass(frozen=True)
class Term:
    """Something that was asked for: phrases any of which is as good, the one as typed first; and what of it is shown as found."""

    phrases: tuple[Phrase, ...]
    shown: str

    @cached_property
    def is_run(self) -> bool:
        return bool(re.match(f"[{_RUN}]", self.shown))


@dataclass(frozen=True)
class Query:
    """What was asked for: all terms in the words as typed, or with the beginning of the last one, or any part of any of them."""

    terms: tuple[Term, ...]
    whole: Phrase | None = None  # everything as it was typed: what has it is ranked higher

    @property
    def exact(self) -> list[list[Phrase]]:
        """Alternatives, all of which have to be met: the words as typed."""
        return [[term.phrases[0]] for term in self.terms]

    @property
    def wide(self) -> list[list[Phrase]]:
        """The same, where the last word may be the beginning of one."""
        return [list(term.phrases) for term in self.terms]

    @property
    def loose(self) -> list[list[Phrase]]:
        """One group of alternatives: any word, any two neighbouring characters."""
        parts = {token: Phrase((token,)) for term in self.terms for token in term.phrases[0].tokens}
        begun = [phrase for term in self.terms for phrase in term.phrases if phrase.begins]
        return [list(dict.fromkeys([*parts.values(), *begun]))]


def query(typed: str) -> Query:
    """The terms of a query, at most SEARCH_MAX characters of it. Words in quotation marks stay together; nothing else is an operator."""
    folded = unicodedata.normalize("NFKC", typed[:SEARCH_MAX]).casefold()
    found: list[Term] = []
    for place, part in enumerate(_QUOTED.split(folded)):
        for chunk in [part] if place % 2 else part.split():
            pieces = list(_PIECE.finditer(chunk))
            if place % 2:
                found += [_term(pieces)] if pieces else []
            else:  # H2S硫化氢 is two words
                found += [_term(list(group)) for _is_run, group in groupby(pieces, lambda piece: bool(piece["run"]))]
    found = list(dict.fromkeys(found))
    telling = [term for term in found if not _STOP.fullmatch(term.shown)] or found
    if telling and telling[-1] is found[-1] and not folded.rstrip().endswith(('"', "”", "»", "」")):
        telling[-1] = _begun(telling[-1])
    together = tuple(tokens(folded.replace('"', "")))[: -1 if re.search(f"[{_RUN}][{_RUN}]\\W*$", folded) else None]
    return Query(tuple(telling), Phrase(together) if telling and len(together) > 1 and together != telling[0].phrases[0].tokens else None)


def _term(pieces: list[re.Match[str]]) -> Term:
    """Pieces that stand together. The end of a run of Chinese may be anywhere in the text's run, so its last character alone is no token."""
    text = pieces[0].string[pieces[0].start() : pieces[-1].end()]
    parts, run = tokens(text), pieces[-1]["run"]
    if run and len(run) > 1:
        return Term((Phrase(tuple(parts[:-1])),), text)
    form = [Phrase((word,)) for word in (inflected(text) if len(pieces) == 1 else ())]
    return Term((Phrase(tuple(parts), begins=bool(run)), *form), text)


def _begun(term: Term) -> Term:
    """The last word may be the beginning of a longer one."""
    word = term.shown
    if term.is_run or not word.isalnum() or not 2 <= len(word) <= _TOKEN_MAX or len(term.phrases[0].tokens) > 1:
        return term
    return Term((*term.phrases, Phrase((word,), begins=True)), word)


def fts5(groups: Iterable[Iterable[Phrase]], whole: Phrase | None = None) -> str:
    """The query in the language of SQLite's FTS5; what has the `whole` has all groups anyway.

    Tokens are letters and digits, so quotation marks around them keep every sign of that language out.
    """

    def say(phrase: Phrase) -> str:
        return f'"{" ".join(phrase.tokens)}"{"*" if phrase.begins else ""}'

    asked = " AND ".join(f"({' OR '.join(map(say, group))})" for group in groups)
    return f"{asked} OR {say(whole)}" if whole else asked


def tsquery(groups: Iterable[Iterable[Phrase]], whole: Phrase | None = None) -> str:
    """The query in the language of PostgreSQL's tsquery."""

    def say(phrase: Phrase) -> str:
        row = " <-> ".join(f"'{token}'" for token in phrase.tokens)
        return f"({row}{':*' if phrase.begins else ''})"

    asked = " & ".join(f"({' | '.join(map(say, group))})" for group in groups)
    return f"{asked} | {say(whole)}" if whole else asked


def tsvector(columns: Mapping[str, str]) -> str:
    """The tokens of all columns as the text of a tsvector, with their places; the first column weighs A, the next B and so on, the last as the one before."""
    places: dict[str, list[str]] = {}
    place = 0
    for weight, text in zip("ABCDD", columns.values(), strict=True):
        for token in text.split():
            place += 1
            places.setdefault(token, []).append(f"{min(place, _TOKENS_MAX)}{weight}")
    return " ".join(f"'{token}':{','.join(found[:255])}" for token, found in places.items())


def codes(document: Document) -> list[tuple[str, str]]:
    """What of a case has a name of its own: kind and code of substances, industry, causes and country."""
    keys = (("substance", "substances"), ("industry", "industry"), ("cause", "cause"), ("cause", "also"), ("country", "country"))
    found = [(kind, document.get(key) or ()) for kind, key in keys]
    return [(kind, code) for kind, value in found for code in ([value] if isinstance(value, str) else value)]


def telling_tokens(document: Document) -> list[str]:
    """The tokens of a case by which others may be like it: those of its title, tags and lead, once each."""
    texts = _prose([document.get(key) for key in ("title", "tags", "lead")], tuple(LANGUAGES))
    found = dict.fromkeys(token for text in texts for token in tokens(text))
    return [token for token in found if len(token) > 1 and not _STOP.fullmatch(token)]


def is_spoken(text: str, language: str) -> bool:
    """Whether a text is written as this language is."""
    return bool(re.search(f"[{_RUN}]", text)) == (language == "zh")


def columns(document: Document, names: Mapping[str, list[str]]) -> dict[str, str]:
    """The tokens of a case in both languages, by falling weight; `names` are those of its codes, by language.

    Drawings, addresses and ids are no text.
    """
    both = tuple(LANGUAGES)
    tags = [*document.get("tags", ()), *_prose(document.get("place"), both), *(name for language in both for name in names[language])]
    heavy = ("title", "tags", "place", "lead", "facts")
    rest = [value for key, value in document.items() if key not in (*heavy, "cause", "also", "date", "country", "industry", "substances")]
    return {
        "title": _joined(_prose(document.get("title"), both)),
        "tags": _joined(tags),
        "lead": _joined(_prose([document.get("lead"), document.get("facts")], both)),
        "body": _joined(_prose(rest, both)),
        "forms": " ".join(word for text in (*_prose(document, both), *tags) for word in inflected(text)),
    }


def open_text(document: Document, names: Mapping[str, list[str]], language: str) -> str:
    """What anybody may read of a case before its first decision, a line a text: all that a hit may quote. Title and place stand beside it.

    The last line has the tags, and the names of the codes.
    """
    timeline = visible_timeline(document, {}) if document.get("timeline") else []
    points = {point["id"]: point for point in document.get("decisions", ())}
    opened: list[Any] = [document.get("lead"), *(_fact(fact, language) for fact in document.get("facts", ())), document.get("when"), timeline]
    for row in timeline:
        if point := points.get(row.get("decision")):
            opened += [point.get("situation"), point.get("question"), [choice.get("text") for choice in point.get("choices", ())]]
    return f"{_lines(_prose(opened, (language,)))}\n{' · '.join([*names[language], *document.get('tags', ())])}"


def hidden_text(document: Document, language: str) -> str:
    """What opens with a decision."""
    opened = len(visible_timeline(document, {})) if document.get("timeline") else 0
    first = next((row["decision"] for row in document.get("timeline", ()) if "decision" in row), None)
    hidden: list[Any] = [document.get("timeline", ())[opened:]]
    for point in document.get("decisions", ()):
        hidden.append([choice.get("outcome") for choice in point.get("choices", ())] if point["id"] == first else point)
    return _lines(_prose([*hidden, *(document.get(key) for key in _HIDDEN + _HIDDEN_TOO)], (language,)))


def _fact(fact: Document, language: str) -> str:
    return f"{said(fact.get('label') or {}, language)}: {said(fact.get('value') or {}, language)}"


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(" ".join(text.replace("*", "").split()) for text in texts if text)


def _joined(texts: Iterable[str]) -> str:
    return " ".join(token for text in texts for token in tokens(text))


def _prose(value: Any, languages: tuple[str, ...]) -> Iterator[str]:
    """The texts inside a value in these languages; where it is one and a text lacks it, in the other."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping) and set(value) & set(LANGUAGES):
        yield from [str(said(value, languages[0]))] if len(languages) == 1 else [str(value.get(language) or "") for language in languages]
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _NO_PROSE:
                yield from _prose(inner, languages)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _prose(inner, languages)


class Marker:
    """Finds what was asked for in a text, and shows it. `loose`: the parts of the terms as well."""

    def __init__(self, asked: Query, loose: bool) -> None:
        self.count = len(asked.terms)
        self.runs: dict[str, int] = {}
        self.stems: dict[str, int] = {}
        self.begins: dict[str, int] = {}
        for number, term in enumerate(asked.terms):
            for piece in _PIECE.finditer(term.shown):
                if not piece["run"]:
                    self.stems.setdefault(stem(piece[0]), number)
                elif loose:
                    self.runs |= dict.fromkeys((piece[0][place : place + 2] for place in range(max(1, len(piece[0]) - 1))), number)
                else:
                    self.runs[piece[0]] = number
            for phrase in term.phrases[1:]:
                (self.begins if phrase.begins else self.stems).setdefault(phrase.tokens[0], number)
        starts = {re.escape(start) for start in [*self.begins, *(one if len(one) < 4 else one[:-1] for one in self.stems)]}
        words = [rf"(?<![^\W\d_])(?:{'|'.join(sorted(starts))})(?:(?![{_RUN}])[^\W_])*(?:['’][^\W\d_]+)?"] if starts else []
        runs = [re.escape(run) for run in sorted(self.runs, key=len, reverse=True)]
        self.pattern = re.compile("|".join([*runs, *words]) or r"(?!)", re.IGNORECASE)

    def spans(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Where in a text which of the terms stands: start, end, number of the term."""
        for found in self.pattern.finditer(text.translate(_FOLDED)):
            if found[0] in self.runs:
                yield (*found.span(), self.runs[found[0]])
                continue
            place = found.start()
            for piece in _PIECE.finditer(found[0].casefold()):
                number = self._number(piece[0])
                if number is not None:
                    yield place + piece.start(), place + piece.end(), number

    def _number(self, word: str) -> int | None:
        number = self.stems.get(stem(word))
        return number if number is not None else next((number for start, number in self.begins.items() if word.startswith(start)), None)

    def show(self, text: str) -> Markup:
        """The text, with what was found in it marked."""
        shown, last = [], 0
        for start, end, _number in self.spans(text):
            shown += [escape(text[last:start]), Markup("<mark>{}</mark>").format(text[start:end])]
            last = end
        return Markup("").join([*shown, escape(text[last:])])

    def missing(self, texts: Iterable[str], wanted: set[int] | None = None) -> set[int]:
        """The numbers of the terms, or of the wanted ones, that stand in none of these texts."""
        missing = set(range(self.count)) if wanted is None else set(wanted)
        for text in texts:
            for _start, _end, number in self.spans(text) if missing else ():
                missing.discard(number)
        return missing

    def names(self, line: str) -> Markup:
        """Of a line of tags those that were found, marked."""
        return Markup(" · ").join(self.show(name) for name in line.split(" · ") if next(self.spans(name), None))

    def excerpt(self, text: str) -> tuple[Markup, set[int]]:
        """The piece of a text in which most of the terms stand, marked, and which those are; nothing where none does."""
        best, best_numbers, place = "", set[int](), 0
        for line in text.split("\n"):
            spans = list(self.spans(line))
            if len(found := {number for _start, _end, number in spans}) > len(best_numbers):
                best, best_numbers, place = line, found, spans[0][0]
        return self.show(_cut(best, place)), best_numbers


def _cut(line: str, place: int) -> str:
    """About two printed lines around this place, whole words. A Chinese character is as wide as two letters."""
    wide = 90 if re.search(f"[{_RUN}]", line) else 180
    if len(line) <= wide + 20:
        return line
    start = max(0, min(place - wide // 3, len(line) - wide))
    start = line.rfind(" ", 0, start + 1) + 1 if start and " " in line[max(0, start - 30) : start + 1] else start
    end = line.rfind(" ", place + 1, start + wide) if " " in line[start + wide - 30 : start + wide] else start + wide
    return ("…" if start else "") + line[start:end].strip() + ("…" if end < len(line) else "")

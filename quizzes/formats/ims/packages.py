"""Packages of QTI: a ZIP with a manifest, its items and their pictures; read within bounds and written. Pure."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from core.config import MEGABYTE
from core.errors import N_, Invalid
from quizzes.formats import trees
from quizzes.formats.beside import kept_beside, tags_of
from quizzes.formats.ims.names import canonical
from quizzes.formats.parsed import Entry

MOST_BYTES, MOST_UNZIPPED, MOST_FILES, MOST_RATIO = 100 * MEGABYTE, 300 * MEGABYTE, 120_000, 200
MOST_MANIFEST = 60 * MEGABYTE
MANIFEST = "imsmanifest.xml"
_DIFFICULTIES = ["very easy", "easy", "medium", "difficult", "very difficult"]
_LOM = "http://ltsc.ieee.org/xsd/LOM"
_MANIFESTS = {"2.1": "http://www.imsglobal.org/xsd/imscp_v1p1", "3.0": "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"}
_SCHEMAS = {"2.1": ("QTIv2.1 Package", "1.0.0"), "3.0": ("QTI Package", "3.0.0")}
_TYPES = {"2.1": "imsqti_item_xmlv2p1", "3.0": "imsqti_item_xmlv3p0"}
# A packed file this small may be as dense as it likes.
_SMALL = 1 * MEGABYTE


@dataclass(frozen=True)
class Resource:
    """A file that the manifest names, with what it says of it."""

    href: str
    type: str
    tags: list[str] = field(default_factory=list)
    difficulty: int | None = None
    category: tuple[str, ...] = ()
    left: list[str] = field(default_factory=list)

    def beside(self, entry: Entry) -> Entry:
        """The question with what the manifest keeps beside it."""
        found, tags = kept_beside(self.tags)
        content = {**entry.content, "part": found.get("part", "")}
        difficulty = self.difficulty or (int(found["difficulty"]) if "difficulty" in found else None)
        return replace(
            entry, content=content, tags=tuple(tags), difficulty=difficulty, category=self.category, cause=found.get("cause"), case_slug=found.get("case_slug")
        )


class Package:
    """An opened package. Raises Invalid where it is no ZIP, broken, or beyond the bounds."""

    def __init__(self, body: bytes):
        if len(body) > MOST_BYTES:
            raise Invalid(N_("The file is larger than %(most)s MB."), most=MOST_BYTES // MEGABYTE)
        try:
            self._zip = zipfile.ZipFile(BytesIO(body))
        except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
            raise Invalid(N_("The package is no whole ZIP file.")) from error
        self._files = {row.filename: row for row in self._zip.infolist() if not row.is_dir()}
        self._check(self._zip.infolist())
        manifests = sorted((name for name in self._files if posixpath.basename(name) == MANIFEST), key=lambda name: name.count("/"))
        self._manifest = manifests[0] if manifests else ""

    def _check(self, rows: list[zipfile.ZipInfo]) -> None:
        if len(rows) > MOST_FILES:
            raise Invalid(N_("The package holds more than %(most)s files."), most=MOST_FILES)
        if sum(row.file_size for row in rows) > MOST_UNZIPPED or any(row.file_size > max(_SMALL, MOST_RATIO * row.compress_size) for row in rows):
            raise Invalid(N_("Unpacked, the package would be far larger than a package of questions is."))
        if len({row.filename for row in rows}) < len(rows):
            raise Invalid(N_("The package holds two files of one name."))
        for row in rows:
            name = row.filename
            if name.startswith("/") or "\\" in name or ":" in name.split("/")[0] or ".." in name.split("/") or row.flag_bits & 1:
                raise Invalid(N_("The package holds a file that lies outside of it or is encrypted: %(name)s."), name=name[:80])

    def file(self, name: str, most: int = trees.MOST_XML) -> bytes | None:
        """A file by its name, or None where there is none, or none that can be unpacked."""
        row = self._files.get(name)
        if row is None or row.file_size > most:
            return None
        try:
            return self._zip.read(row)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
            return None

    def resources(self) -> Iterator[Resource]:
        """What the manifest names in its order, then items that it does not name. Raises Invalid."""
        folder, named = posixpath.dirname(self._manifest), set()
        body = self.file(self._manifest, MOST_MANIFEST)
        if body is not None:
            for row in canonical(trees.tree(body, MOST_MANIFEST)).iter("resource"):
                href = posixpath.normpath(posixpath.join(folder, row.get("href") or ""))
                named |= {href, *(posixpath.normpath(posixpath.join(folder, file.get("href") or "")) for file in row.iterfind("file"))}
                if row.get("href"):
                    yield _resource(row, href)
        for name in sorted(self._files):
            if name.endswith(".xml") and name not in named and name != self._manifest:
                head = (self.file(name) or b"")[:2000]
                if b"assessmentItem" in head or b"assessment-item" in head:
                    yield Resource(name, "imsqti_item")


def _resource(row: Any, href: str) -> Resource:
    metadata = row.find("metadata")
    lom = metadata.find(".//lom") if metadata is not None else None
    if lom is None:
        return Resource(href, row.get("type") or "")
    difficulty = _said(lom.find("educational/difficulty/value")).lower()
    entries = [_said(entry) for entry in lom.iterfind("classification/taxonPath/taxon/entry")] or [
        _said(row) for row in lom.iterfind(".//taxonpath/taxon/entry")
    ]
    known = {"general/title", "general/keyword", "general/identifier", "general/catalogentry", "general/language", "educational/difficulty"}
    left = [
        f"{part.tag}/{child.tag}"
        for part in lom
        for child in part
        if part.tag in ("general", "educational", "rights") and f"{part.tag}/{child.tag}" not in known
    ]
    return Resource(
        href,
        row.get("type") or "",
        [word for keyword in lom.iterfind("general/keyword") for word in _each(keyword)],
        _DIFFICULTIES.index(difficulty) + 1 if difficulty in _DIFFICULTIES else None,
        tuple(entry for entry in entries if entry),
        sorted(set(left)),
    )


def _each(element: Any) -> list[str]:
    rows = [" ".join("".join(row.itertext()).split()) for row in element] or [_said(element)]
    return [row for row in rows if row]


def _said(element: Any) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def packed(items: list[tuple[str, bytes, Entry, Mapping[str, bytes]]], version: str) -> bytes:
    """A package of items: each its identifier, its document, its question and its files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        _put(made, MANIFEST, _manifest(items, version))
        for identifier, document, _entry, files in items:
            _put(made, f"items/{identifier}.xml", document)
            for name, body in files.items():
                _put(made, f"items/{name}", body)
    return out.getvalue()


def _put(made: zipfile.ZipFile, name: str, body: bytes) -> None:
    row = zipfile.ZipInfo(name)  # without a date: the same questions make the same package
    row.compress_type = zipfile.ZIP_DEFLATED
    made.writestr(row, body)


def _manifest(items: list[tuple[str, bytes, Entry, Mapping[str, bytes]]], version: str) -> bytes:
    from lxml import etree

    space = _MANIFESTS[version]
    root = etree.Element(f"{{{space}}}manifest", nsmap={None: space}, identifier="casebook-questions")
    metadata = _add(root, "metadata")
    for tag, text in zip(("schema", "schemaversion"), _SCHEMAS[version], strict=True):
        _add(metadata, tag, text)
    _add(root, "organizations")
    resources = _add(root, "resources")
    for identifier, _document, entry, files in items:
        href = f"items/{identifier}.xml"
        row = _add(resources, "resource", identifier=identifier, type=_TYPES[version], href=href)
        _lom(_add(row, "metadata"), entry)
        for name in (href, *(f"items/{name}" for name in files)):
            _add(row, "file", href=name)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _add(parent: Any, tag: str, text: str | None = None, space: str | None = None, **attributes: str) -> Any:
    made = parent.makeelement(f"{{{space or parent.tag[1:].partition('}')[0]}}}{tag}", attributes, {None: space} if space else None)
    parent.append(made)
    if text is not None:
        made.text = trees.UNWRITABLE.sub("", text)
    return made


def _lom(metadata: Any, entry: Entry) -> None:
    lom = _add(metadata, "lom", space=_LOM)
    general = _add(lom, "general")
    if entry.title:
        _add(_add(general, "title"), "string", entry.title)
    for tag in tags_of(replace(entry, difficulty=None)):
        _add(_add(general, "keyword"), "string", tag)
    if entry.difficulty:
        difficulty = _add(_add(lom, "educational"), "difficulty")
        _add(difficulty, "source", "LOMv1.0")
        _add(difficulty, "value", _DIFFICULTIES[entry.difficulty - 1])
    if entry.category:
        row = _add(lom, "classification")
        purpose = _add(row, "purpose")
        _add(purpose, "source", "LOMv1.0")
        _add(purpose, "value", "discipline")
        path = _add(row, "taxonPath")
        _add(_add(path, "source"), "string", "Safety Casebook")
        for name in entry.category:
            _add(_add(_add(path, "taxon"), "entry"), "string", name)

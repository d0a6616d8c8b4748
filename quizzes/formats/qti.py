"""QTI 2.1, 2.2 and 3.0: single items, and packages of items with their pictures. Pure."""

import posixpath
from collections.abc import Iterable, Mapping

from core.errors import N_, Invalid
from quizzes.formats import trees
from quizzes.formats.ims.names import canonical
from quizzes.formats.ims.packages import Package, Resource, packed
from quizzes.formats.ims.reading import read_item
from quizzes.formats.ims.writing import write_item
from quizzes.formats.parsed import Entry, Named, Parsed

VERSIONS = ("2.1", "3.0")
_OTHER_ROOTS = {
    "questestinterop": N_("This is QTI 1.2. Export the questions as QTI 2.1 or newer."),
    "manifest": N_("This is only the manifest of a package. Give the whole ZIP file."),
    "assessmentTest": N_("This is only the plan of a test. Give the whole package with its questions."),
}


def read(body: bytes, language: str | None) -> Parsed:
    """The questions of an item or a package. `language` is that of texts that name none; None goes by the item and the script.

    Raises Invalid where it is neither, or not to be read safely.
    """
    if body[:2] == b"PK":
        return _read_package(Package(body), language)
    root = canonical(trees.tree(body))
    name = root.tag
    if name != "assessmentItem":
        raise Invalid(_OTHER_ROOTS.get(name, N_("This is no item and no package of QTI.")))
    entry, named = read_item(root, str(root.sourceline), language)
    return Parsed([entry] if entry else [], named)


def _read_package(package: Package, language: str | None) -> Parsed:
    entries: list[Entry] = []
    named: list[Named] = []
    found = False
    for resource in package.resources():
        if not resource.type.startswith("imsqti"):
            continue
        found = True
        entry, of_item = _read_resource(package, resource, language)
        entries += [resource.beside(entry)] if entry else []
        named += of_item
        if entry and resource.left:
            message = N_("Left out, because nothing here corresponds to it: %(features)s.")
            named.append(Named(resource.href, entry.title, message, {"features": ", ".join(resource.left)}, lost=False))
    if not found:
        raise Invalid(N_("The package holds no items of QTI."))
    return Parsed(entries, named)


def _read_resource(package: Package, resource: Resource, language: str | None) -> tuple[Entry | None, list[Named]]:
    where = resource.href
    body = package.file(where)
    if body is None:
        return None, [Named(where, "", N_("The manifest names this file, and the package does not hold it."))]
    try:
        root = canonical(trees.tree(body))
    except Invalid as error:
        return None, [Named(where, "", error.message, error.values)]
    if root.tag in ("assessmentTest", "assessmentSection"):
        return None, [Named(where, root.get("title") or "", N_("The plan of a test was left out: only its questions are taken."), lost=False)]
    if root.tag != "assessmentItem":
        return None, [Named(where, "", _OTHER_ROOTS.get(root.tag, N_("This is no item and no package of QTI.")))]
    return read_item(root, where, language, posixpath.dirname(where), package.file)


def write(entries: Iterable[Entry], version: str = "2.1") -> tuple[bytes, list[Named]]:
    """The questions as a package of this version, and what of them it cannot say."""
    named: list[Named] = []
    items: list[tuple[str, bytes, Entry, Mapping[str, bytes]]] = []
    for number, entry in enumerate(entries, 1):
        document, sheet = write_item(entry, number, version)
        named += sheet.named
        if document is not None:
            items.append((sheet.identifier, document, entry, sheet.files))
    return packed(items, version), named

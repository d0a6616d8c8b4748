"""The two vocabularies of QTI: `choiceInteraction` of 2.1 and `qti-choice-interaction` of 3.0. Code reads and writes the first. Pure."""

import re
from functools import lru_cache
from typing import Any

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NAMESPACES = {"2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1", "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"}


@lru_cache(2000)
def _camel(name: str) -> str:
    return re.sub(r"-([a-z0-9])", lambda found: found[1].upper(), name)


@lru_cache(2000)
def _kebab(name: str) -> str:
    return re.sub(r"[A-Z]", lambda found: f"-{found[0].lower()}", name)


def canonical(root: Any) -> Any:
    """A document with names of 2.1 and without namespaces, whatever version and prefixes it has; `xml:lang` becomes `lang`."""
    from lxml import etree

    for element in root.iter(etree.Element):
        local = element.tag.rpartition("}")[2]
        is_qti = local.startswith("qti-")
        wanted = _camel(local[4:]) if is_qti else local
        if wanted != element.tag:
            element.tag = wanted
        for name, value in element.attrib.items():
            kept = "lang" if name == XML_LANG else name
            kept = _camel(kept) if is_qti and not kept.startswith("data-") else kept
            if kept.startswith("{"):  # where the schema is, and the like
                del element.attrib[name]
            elif kept != name:
                del element.attrib[name]
                element.set(kept, value)
    etree.cleanup_namespaces(root)
    return root


def named(name: str, version: str) -> str:
    """An element of QTI as a version names it."""
    return name if version == "2.1" else f"qti-{_kebab(name)}"


def attribute(name: str, version: str) -> str:
    """An attribute of QTI as a version names it."""
    return name if version == "2.1" or name.startswith("{") else _kebab(name)

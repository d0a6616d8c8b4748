"""Chinese is complete: every text of the source has its translation, with the same values in it."""

import re
import subprocess
import sys
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "translations/zh_Hans_CN/LC_MESSAGES/messages.po"


def test_every_text_is_translated_and_none_is_left_over(tmp_path):
    template = tmp_path / "messages.pot"
    command = ["-q", "extract", "--ignore-dirs", ".*", "-F", "babel.cfg", "-k", "N_", "-k", "_l", "-k", "lazy_gettext", "-o", str(template), "."]
    subprocess.run([Path(sys.executable).parent / "pybabel", *command], cwd=ROOT, check=True)
    with template.open("rb") as file:
        wanted = {message.id for message in read_po(file) if message.id}
    with CATALOGUE.open("rb") as file:
        catalogue = {message.id: message for message in read_po(file) if message.id}
    assert sorted(map(str, wanted - set(catalogue))) == []
    assert sorted(map(str, set(catalogue) - wanted)) == []
    for name, message in catalogue.items():
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(texts), name
        assert not message.fuzzy, name


def values(text):
    return set(re.findall(r"%\((\w+)\)", text))


def test_a_translation_holds_the_same_values():
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            if message.id:
                sources = message.id if isinstance(message.id, tuple) else (message.id,)
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                for text in texts:
                    assert values(text) == values(sources[-1]), message.id


def test_a_translation_is_written_with_chinese_punctuation():
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            for text in message.string if isinstance(message.string, tuple) else (message.string,):
                if message.id:
                    assert not re.search(r"[\u4e00-\u9fff][,;:?!.]", text), text

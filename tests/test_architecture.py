"""What the source must look like, read from the source. import-linter keeps the layers (pyproject.toml)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("core", "people", "uploads", "cases", "learning", "quizzes", "ops")
SEVEN = {"__init__", "rules", "models", "access", "queries", "actions", "forms", "views", "cli"}
# Each with a record in docs/decisions that says why.
ROOMS = SEVEN | {"casebook", "drafts", "dump", "formats", "near_misses", "reports", "words"}
# A drawing that casebook.py has checked.
SAFE_TEMPLATES = {"cases/_diagram.html", "authoring/_pictures.html"}


def modules(*names: str) -> Iterator[tuple[str, ast.Module, str]]:
    """Path, tree and text of every module of the packages, or of those with these names."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            if not names or file.stem in names or file.parent.name in names:
                text = file.read_text("utf-8")
                yield file.relative_to(ROOT).as_posix(), ast.parse(text), text


def imported(tree: ast.AST) -> set[str]:
    """The modules that a tree imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module}
    return found


def test_no_import_of_our_own_hides_in_a_function():
    for path, tree, _text in modules():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                inside = {name.split(".")[0] for name in imported(function)}
                assert not inside & {*PACKAGES, "app"}, f"{path}:{function.lineno}"


def test_views_and_forms_neither_select_nor_touch_the_session():
    for path, _tree, text in modules("views", "forms", "cli"):
        assert not re.search(r"\bselect\(|db\.session", text), path


def test_rules_know_neither_database_nor_web_nor_clock():
    for path, tree, text in modules("rules", "words"):
        names = {name.split(".")[0] for name in imported(tree)}
        assert not names & {"flask", "sqlalchemy", "flask_login"}, path
        assert "core.db" not in imported(tree), path
        assert "core.clock" not in imported(tree), path
        assert not re.search(r"\.now\(|\.today\(", text), path


def test_queries_and_actions_know_no_request():
    for path, tree, text in modules("queries", "actions", "access", "models"):
        if path.startswith("core/"):
            continue
        assert "flask" not in {name.split(".")[0] for name in imported(tree)}, path
        assert "flask_login" not in imported(tree) or path == "people/access.py", path
        assert "current_user" not in text, path


def test_queries_do_not_write():
    for path, _tree, text in modules("queries"):
        assert not re.search(r"\b(insert|update|delete)\(|session\.add|\.flush\(", text), path


def test_only_the_transaction_commits():
    for path, _tree, text in modules():
        assert path == "core/db.py" or ".commit(" not in text, path


def test_packages_have_the_known_rooms_only():
    for package in ("people", "uploads", "cases", "learning", "quizzes"):
        found = {file.stem for file in (ROOT / package).glob("*.py")} | {folder.name for folder in (ROOT / package).glob("*/") if folder.name[0] != "_"}
        assert found <= ROOMS, package


def test_every_package_says_what_it_is_for():
    for package in PACKAGES:
        tree = ast.parse((ROOT / package / "__init__.py").read_text("utf-8"))
        assert ast.get_docstring(tree)
        assert len(tree.body) == 1


def test_public_functions_have_docstrings():
    for path, tree, _text in modules():
        if "views" in path:
            continue  # a view's name and address say it
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_") and "forms" not in path:
                assert ast.get_docstring(node), f"{path}:{node.lineno} {node.name}"


def test_templates_hold_no_inline_style_or_script_and_trust_nothing_unknown():
    for file in sorted((ROOT / "templates").rglob("*.html")):
        text, name = file.read_text("utf-8"), file.relative_to(ROOT / "templates").as_posix()
        assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\ssrc=)", text), name
        assert "|safe" not in text.replace(" ", "") or name in SAFE_TEMPLATES, name


def test_every_text_of_a_template_is_translatable():
    for file in sorted((ROOT / "templates").rglob("*.html")):
        text = re.sub(r"\{% block (place|body_class) %\}.*?\{% endblock %\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", file.read_text("utf-8"), flags=re.S)
        visible = re.sub(r"<[^>]*>", " ", text)
        words = [word for word in re.findall(r"[A-Za-z]{3,}", visible) if word not in ("doctype", "html", "nbsp", "middot", "amp")]
        assert not words, f"{file.name}: {words[:5]}"


def test_app_py_stays_a_page():
    assert len((ROOT / "app.py").read_text("utf-8").splitlines()) <= 150

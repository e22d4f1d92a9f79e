"""The house stays as it is drawn: who may import whom, what stands by hand, how light an import is."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dicomspec._generated.vr import VRS

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = ROOT / "dicomspec"

# Module or room -> what of dicomspec it may import. What is not named here may not exist.
GROUND = {"errors", "_generated"}
ELEMENTS = {*GROUND, "edition", "element", "sequence", "tag", "values"}
MAPS = {*ELEMENTS, "elements"}
WIRE = {*MAPS, "files", "uid", "version"}
DATASET = {*WIRE, "functional_groups", "pixels", "printing", "private", "trees", "waveforms", "wire"}
DICOMIO = {*DATASET, "dataset"}
ALLOWED: dict[str, set[str]] = {
    "version": set(),
    "errors": set(),
    "_generated": {"_generated"},
    "tag": GROUND,
    "uid": GROUND,
    "files": {"errors"},
    "compiler": {"errors"},
    "tables": {"_generated", "compiler", "errors", "files"},
    "iods": {"_generated"},
    "terminology": {"errors"},
    "edition": {*GROUND, "iods", "tag", "terminology"},
    "values": {*GROUND, "tag", "uid", "values"},
    "sequence": GROUND,
    "element": ELEMENTS - {"element"},
    "naming": {"edition", "errors"},
    "elements": {*ELEMENTS, "naming"},
    "private": MAPS,
    "functional_groups": MAPS,
    "printing": MAPS,
    "trees": MAPS,
    "paths": MAPS,
    "grammar": {"_generated", "errors"},
    "wire": {*WIRE, "wire"},
    "pixels": {*WIRE, "pixels", "wire"},
    "waveforms": {*MAPS, "pixels", "wire"},
    "dataset": DATASET,
    "dicomio": DICOMIO,
    "contents": {"edition"},
    "codify": {*DICOMIO, "typed"},
    "datadict": {"edition", "errors"},
    "examples": set(),
    "lookup": {"_generated", "edition", "errors", "iods", "lookup", "tag"},
    "explanation": {*DICOMIO, "dicomio", "paths"},
    "scanning": {*DICOMIO, "dicomio"},
    "building": {*DICOMIO, "iods", "paths", "validation"},
    "typed": {*DICOMIO, "dicomio", "iods", "typed_docs"},
    "typed_docs": {"edition", "iods"},
    "typed_groups": {*DICOMIO, "iods", "typed", "typed_docs"},
    "validation": {*DICOMIO, "dicomio", "iods", "validation"},
    "cli": {
        *DICOMIO,
        "cli",
        "codify",
        "compiler",
        "contents",
        "dicomio",
        "examples",
        "explanation",
        "lookup",
        "paths",
        "scanning",
        "typed",
        "validation",
    },
    "__main__": {"cli"},
    "__init__": {*DICOMIO, "dicomio"},
}

LIGHT = {"click", "construct", "numpy", "platformdirs", "rich", "yaml"}
"""Not loaded by ``import dicomspec``."""

CODECS = {"PIL", "av", "imagecodecs", "jpeg_ls", "libjpeg", "openjpeg"}
"""Libraries that decode pixels."""

THIRD_PARTY = {
    "cli": {"click", "rich"},
    "_generated": {"construct"},
    "pixels": {"numpy", *CODECS},
    "tables": {"platformdirs"},
    "waveforms": {"numpy"},
}
"""Rooms that may import what is not of the standard library."""

LAZY = {
    "__init__": {"importlib"},
    "cli": {"importlib"},
    "compiler": {"importlib"},
    "edition": {"importlib"},
    "iods": {"importlib"},
    "pixels": {"importlib"},
    "typed": {"importlib"},
    "uid": {"importlib"},
}
"""Modules that may load others by name. `compiler` is the one way from the runtime to the compiler: few need that, and it
lies elsewhere in a checkout than in an installed package. `edition` loads `tables`, which is needed for editions that
were not shipped, `iods` the classes of IODs, which stand above datasets, `typed` those of frames and what validates, and
`cli` the one command that was typed."""

INSIDE = {*CODECS, "numpy", "platformdirs", "rich"}
"""Heavy packages that may be imported inside functions."""


def sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


FILES = sources(RUNTIME)
BY_HAND = [path for path in FILES if "_generated" not in path.parts]
COMPILER = sources(ROOT / "codegen")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def by_name(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=name_of)


def room(path: Path) -> str:
    """The top-level module or folder that a file belongs to."""
    first = path.relative_to(RUNTIME).parts[0]
    return first.removesuffix(".py")


def dotted(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {dotted(path) for path in FILES}


def imports(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    """The modules that a file imports, by their full names."""
    package = dotted(path) if path.name == "__init__.py" else dotted(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")
                base = ".".join(filter(None, [*above[: len(above) - node.level + 1], base]))
            found = [f"{base}.{alias.name}" for alias in node.names]
            yield from ((full if full in MODULES else base, node) for full in found)


def test_every_module_has_its_place():
    assert {room(path) for path in FILES} == set(ALLOWED)


@by_name(FILES)
def test_imports_point_one_way(path):
    for module, _ in imports(path):
        parts = module.split(".")
        if parts[0] == "dicomspec":
            target = parts[1] if len(parts) > 1 else "__init__"
            assert target in ALLOWED[room(path)], f"{name_of(path)} imports {module}"
        else:
            known = sys.stdlib_module_names | THIRD_PARTY.get(room(path), set())
            assert parts[0] in known, f"{name_of(path)} imports {module}"


def test_the_table_has_no_cycles():
    left = {name: wanted - {name} for name, wanted in ALLOWED.items()}
    while left:
        free = {name for name, wanted in left.items() if not wanted}
        assert free, f"a cycle among {sorted(left)}"
        left = {name: wanted - free for name, wanted in left.items() if name not in free}


@by_name([path for path in FILES if path.parent.name in ("values", "wire", "lookup", "cli", "validation", "pixels")])
def test_no_cycles_within_rooms(path):
    seen: set[str] = set()
    stack = [dotted(path)]
    while stack:
        here = stack.pop()
        file = RUNTIME.parent.joinpath(*here.split(".")).with_suffix(".py")
        file = file if file.exists() else file.with_suffix("") / "__init__.py"
        for module, _ in imports(file):
            if module.startswith(f"dicomspec.{path.parent.name}") and module in MODULES:
                assert module != dotted(path), f"{name_of(path)} imports itself by way of {here}"
                if module not in seen:
                    seen.add(module)
                    stack.append(module)


@by_name(FILES)
def test_no_imports_inside_functions(path):
    for module, node in imports(path):
        assert not node.col_offset or module.split(".")[0] in INSIDE, f"{name_of(path)}:{node.lineno} imports {module}"


@by_name([*FILES, *COMPILER])
def test_no_hidden_imports(path):
    text = path.read_text(encoding="utf-8")
    assert "TYPE_CHECKING" not in text
    assert "__import__" not in text
    if "_generated" not in path.parts and path in FILES and re.search(r"\bimport_?(lib|module)\b", text):
        assert "importlib" in LAZY.get(room(path), set()), f"{name_of(path)} loads modules by name"


@by_name(COMPILER)
def test_the_compiler_knows_nothing_of_the_runtime(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        else:
            continue
        for name in names:
            assert name.split(".")[0] in sys.stdlib_module_names | {"yaml"}, f"{name_of(path)} imports {name}"


@by_name([*BY_HAND, *COMPILER])
def test_files_are_short(path):
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 500, f"{name_of(path)} has {lines} lines"


@by_name([*FILES, *COMPILER])
def test_modules_say_what_they_are(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if tree.body:
        assert ast.get_docstring(tree), f"{name_of(path)} has no docstring"


@by_name([path for path in FILES if "_generated" in path.parts])
def test_generated_files_have_the_banner(path):
    assert path.read_text(encoding="utf-8").startswith("# Generated by codegen from dictionaries/. Do not edit.")


# --- no rule about a byte or a VR by hand ---------------------------------------------------------------------------

VR_CODES = frozenset(VRS)
STRUCT_FORMAT = re.compile(r"[<>=!@](?:\d*[bBhHiIlLqQfdsx])+")
READING = {"values", "sequence", "element", "elements", "wire", "dataset", "dicomio"}
READERS = [path for path in BY_HAND if room(path) in READING]


def constants(path: Path) -> Iterator[ast.Constant]:
    """The literals of a file that are not docstrings or annotations."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Constant) and not isinstance(node, ast.Expr):
                yield child


@by_name(READERS)
def test_no_struct_formats(path):
    for node in constants(path):
        if isinstance(node.value, (str, bytes)):
            text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            assert not STRUCT_FORMAT.fullmatch(text), f"{name_of(path)}:{node.lineno}: {text!r}"


@by_name(READERS)
def test_formats_are_not_written_where_they_are_used(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("struct."):
            by_hand = any(isinstance(argument, ast.Constant) for argument in node.args[:1])
            assert not by_hand, f"{name_of(path)}:{node.lineno}"


@by_name([path for path in READERS if room(path) != "values"])
def test_no_struct_module(path):
    assert not any(module == "struct" for module, _ in imports(path)), name_of(path)


@by_name(READERS)
def test_no_lists_of_vrs(path):
    """A few VRs by name are how code says what it is about; a table of them is a rule of the standard."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            codes = [each.value for each in node.elts if isinstance(each, ast.Constant) and each.value in VR_CODES]
        elif isinstance(node, ast.Dict):
            codes = [each.value for each in node.keys if isinstance(each, ast.Constant) and each.value in VR_CODES]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[A-Z ]+", node.value):
            codes = [word for word in node.value.split() if word in VR_CODES]
        else:
            continue
        assert len(codes) <= 3, f"{name_of(path)}:{node.lineno}: {codes}"


@by_name([path for path in BY_HAND if room(path) == "wire"])
def test_no_header_sizes(path):
    """Sizes of headers, and the tags of delimiters, come from the generated tables."""
    for node in constants(path):
        if isinstance(node.value, int) and not isinstance(node.value, bool):
            assert node.value not in (0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD, 0xFFFFFFFF, 128, 132, 0xFFFE), (
                f"{name_of(path)}:{node.lineno}: {node.value:#x}"
            )
        if isinstance(node.value, bytes):
            assert b"DICM" not in node.value, f"{name_of(path)}:{node.lineno}"


# --- lightness ------------------------------------------------------------------------------------------------------


def loaded_by(program: str) -> set[str]:
    command = f"import sys; before = set(sys.modules); {program}; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "program",
    ["import dicomspec", "import dicomspec; dicomspec.Dataset().PatientName = 'x'", "from dicomspec import examples"],
)
def test_import_is_light(program):
    found = loaded_by(program)
    assert "dicomspec.dataset" in found
    assert not {module.split(".")[0] for module in found} & LIGHT
    assert not any(module.startswith("dicomspec._generated.private") for module in found)


def test_nothing_of_the_compiler_is_loaded():
    found = loaded_by("import dicomspec.cli.app")
    assert not any(module.startswith(("codegen", "dicomspec._codegen")) for module in found)

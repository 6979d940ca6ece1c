"""The house of DESIGN.md, section 2: who may import whom, and where the heavy libraries live."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
#: Each room, and the rooms of ours that it may import besides itself.
MAY_IMPORT = {
    "ingest": set(),
    "embeddings": {"ingest"},
    "assistant": {"ingest", "embeddings"},
    "ui": {"ingest", "embeddings", "assistant"},
    "evals": {"ingest", "embeddings", "assistant"},
}
LIVES_IN = {
    "faiss": "embeddings",
    "torch": "embeddings",
    "sentence_transformers": "embeddings",
    "fastapi": "ui",
    "gradio": "ui",
    "uvicorn": "ui",
}


def imports_of(room: str) -> dict[str, set[str]]:
    """Top-level names that each module of ``room`` imports anywhere, inside functions too."""
    found = {}
    for path in sorted((ROOT / room).rglob("*.py")):
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                names.add(node.module.split(".")[0])
        found[str(path.relative_to(ROOT))] = names
    assert found, f"no module in {room}"
    return found


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_below_it(room: str) -> None:
    allowed = MAY_IMPORT[room] | {room}
    broken = {m: names & (set(MAY_IMPORT) - allowed) for m, names in imports_of(room).items()}
    assert {m: names for m, names in broken.items() if names} == {}


@pytest.mark.parametrize(("library", "home"), LIVES_IN.items())
def test_a_heavy_library_lives_in_one_room(library: str, home: str) -> None:
    strangers = [m for room in MAY_IMPORT if room != home for m, names in imports_of(room).items() if library in names]
    assert strangers == []


def test_the_path_of_a_question_imports_neither_torch_nor_sentence_transformers(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from assistant.service import Assistant, bootstrap\n"
        "from assistant.settings import Settings\n"
        f"settings = Settings(home=Path({str(tmp_path)!r})); bootstrap(settings)\n"
        "assert Assistant.open(settings).ask('抗震办法谁解释').citations\n"
        "print(sorted({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr

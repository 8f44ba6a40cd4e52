"""A run in one file, to send: a zip that stores, so that equal runs give equal bytes.

The manifest comes first and the log last. Nothing in the file depends on when, where
or by whom it was packed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from results.errors import ResultError
from results.folder.contents import LOG, check_table, files_of, other_files
from results.folder.disk import first_line, refusals_told
from results.folder.manifest import LARGEST_JSON, MANIFEST, checked, json_map
from results.folder.placement import new_file, new_folder, sync
from results.run import Run, load

ENDING = ".zip"
"""Of the names of packed runs."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every file within: the first that a zip can say."""
_PIECE = 1 << 20


def pack(path: str | Path, file: str | Path, *, replace: bool = False) -> list[str]:
    """Pack a run folder into one file, whole or not at all.

    Parameters
    ----------
    path : str or Path
        The run folder; its digests are checked first.
    file : str or Path
    replace : bool
        Whether a file that is there already gives way.

    Returns
    -------
    list of str
        What lies in the folder, is no part of the run and was left out.

    Raises
    ------
    ResultError
        If the folder is damaged, or the file cannot be written.
    """
    path = Path(path)
    manifest = load(path).manifest
    for name, entry in manifest["tables"].items():
        check_table(path, name, entry)
    with new_file(Path(file), replace=replace) as temporary:
        with zipfile.ZipFile(temporary, "x", zipfile.ZIP_STORED) as packed:
            for name in files_of(manifest):
                _add(packed, path / name, name)
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
    return other_files(path, manifest)


def _add(packed: zipfile.ZipFile, source: Path, name: str) -> None:
    """Add a file, and nothing about it but its name and bytes."""
    about = zipfile.ZipInfo(name, _LONG_AGO)
    about.create_system = 3  # as if on Unix, wherever it is
    about.external_attr = 0o644 << 16
    about.file_size = source.stat().st_size
    with source.open("rb") as stream, packed.open(about, "w") as target:
        shutil.copyfileobj(stream, target, _PIECE)


def unpack(file: str | Path, path: str | Path, *, replace: bool = False) -> Run:
    """Unpack a run into a folder, whole or not at all, and return it.

    Only what its manifest names is taken, under the names that a run folder has.

    Parameters
    ----------
    file : str or Path
        What `pack` has made.
    path : str or Path
        The folder to be.
    replace : bool
        Whether a run folder that is there already gives way.

    Raises
    ------
    ResultError
        If the file is no packed run, damaged or of a newer format; nothing is left
        behind then.
    """
    file = Path(file)
    with _opened(file) as packed:
        manifest = _manifest(file, packed)
        with new_folder(Path(path), replace=replace) as temporary:
            for name in files_of(manifest):
                _take(file, packed, name, temporary, manifest)
            for folder in {(temporary / name).parent for name in files_of(manifest)}:
                sync(folder)
    return load(path)


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """Yield a packed run, which must be what `pack` makes of files."""
    if file.is_dir():
        raise ResultError(f"{file}: is a folder; what is unpacked is a file")
    if not file.exists():
        raise ResultError(f"{file}: there is no such file")
    with _readable(file):
        packed = zipfile.ZipFile(file)
    with packed:
        names = packed.namelist()
        if MANIFEST not in names:
            raise ResultError(f"{file}: is no packed run: it holds no {MANIFEST}")
        for about in packed.infolist():
            if about.compress_type != zipfile.ZIP_STORED or about.flag_bits & 1:
                raise ResultError(
                    f"{file}: is compressed or locked, which a packed run is not; "
                    "unpack it with the program that made it"
                )
        if len(set(names)) < len(names):
            raise ResultError(f"{file}: is damaged: it holds a file twice")
        yield packed


def _manifest(file: Path, packed: zipfile.ZipFile) -> dict[str, Any]:
    """Return the manifest in a packed run that holds what it names and nothing else."""
    with _readable(file):
        text = packed.open(MANIFEST).read(LARGEST_JSON + 1)
    manifest = checked(file, json_map(file, MANIFEST, text))
    named, held = set(files_of(manifest)), set(packed.namelist())
    if named - held:
        raise ResultError(f"{file}: is damaged: {min(named - held)} is missing")
    if held - named:
        raise ResultError(
            f"{file}: holds {min(held - named)!r}, which is no part of a run"
        )
    return manifest


def _take(
    file: Path,
    packed: zipfile.ZipFile,
    name: str,
    temporary: Path,
    manifest: Mapping[str, Any],
) -> None:
    """Write one file of a packed run into a folder, and check its digest."""
    target = temporary / name
    target.parent.mkdir(exist_ok=True)
    total = hashlib.sha256()
    with _readable(file):
        inside = packed.open(name)
    with inside as source, target.open("xb") as written:
        for piece in _pieces(file, source):
            total.update(piece)
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())
    entry = manifest["tables"].get(name.removesuffix(".parquet"))
    if entry is not None and total.hexdigest() != entry["sha256"]:
        raise ResultError(f"{file}: {name} is damaged: its bytes are not those packed")
    if name == LOG:
        json_map(file, LOG, target.read_bytes())


def _pieces(file: Path, source: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes of a file within."""
    while True:
        with _readable(file):
            piece = source.read(_PIECE)
        if not piece:
            return
        yield piece


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    """Turn what is wrong with a zip into one sentence."""
    with refusals_told(f"{file}: cannot be read"):
        try:
            yield
        except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError) as error:
            said = first_line(error)
            raise ResultError(
                f"{file}: is no packed run, or damaged: {said}"
            ) from error

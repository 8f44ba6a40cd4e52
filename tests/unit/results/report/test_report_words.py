"""What reports say of their inputs, and how their files are kept."""

from pathlib import Path

import pytest

from results.errors import ResultError
from results.report.monthly import bounded
from results.report.saving import check_free, save
from results.statistics.estimates import Estimate


def test_what_is_counted_is_never_said_to_be_below_zero() -> None:
    value = bounded(Estimate(2.0, -3.0, 7.0, 1.0, 5), "number")
    assert value.interval == (0.0, 7.0)


def test_a_share_of_people_is_never_said_to_be_above_one() -> None:
    value = bounded(Estimate(0.97, 0.9, 1.04, 0.01, 5), "share")
    assert value.interval == (0.9, 1.0)


def test_staff_may_work_more_than_their_rostered_time() -> None:
    value = bounded(Estimate(1.0, 0.9, 1.1, 0.01, 5), "of rostered time")
    assert value.interval == (0.9, 1.1)


def test_a_file_is_written_whole_with_its_folder(tmp_path: Path) -> None:
    save({tmp_path / "new" / "report.html": b"content"}, replace=False)
    assert (tmp_path / "new" / "report.html").read_bytes() == b"content"
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["report.html"]


def test_a_file_that_is_there_is_kept_unless_it_may_go(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("mine")
    with pytest.raises(ResultError, match="is there already"):
        save({tmp_path / "other": b"new", path: b"new"}, replace=False)
    assert path.read_text() == "mine"
    assert not (tmp_path / "other").exists()
    save({path: b"new"}, replace=True)
    assert path.read_bytes() == b"new"


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="is a folder; name a file"):
        check_free([tmp_path], replace=True)


def test_a_disk_that_refuses_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultError, match=r"cannot be written: "):
        save({tmp_path / "file" / "report.html": b"content"}, replace=False)

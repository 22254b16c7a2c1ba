"""What surrounds a stack: its folders, and Ray's start."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from cluster.stack import SCRATCH_PREFIX, _scratch, _serve_environment, _start_ray

NODE_ID = 56 * "0"
HAPROXYS_LIMIT = 97


def test_the_folder_of_a_killed_stack_is_removed_at_the_next_start(tmp_path: Path) -> None:
    killed = _scratch(tmp_path)
    abandoned = killed.__enter__()
    (abandoned / "socket").touch()
    with _scratch(tmp_path) as scratch:
        assert scratch.is_dir()
        assert not abandoned.exists()
    assert not scratch.exists()
    assert list(tmp_path.iterdir()) == []


def test_nothing_else_is_removed(tmp_path: Path) -> None:
    precious = tmp_path / f"{SCRATCH_PREFIX}precious"
    precious.mkdir()
    (tmp_path / "scratch").write_text(str(precious))
    with _scratch(tmp_path):
        assert precious.exists()


def test_nobody_else_reaches_haproxys_admin_socket(tmp_path: Path) -> None:
    environment = _serve_environment(tmp_path)
    paths = {name: Path(value) for name, value in environment.items() if value.startswith(str(tmp_path))}
    assert {"RAY_SERVE_HAPROXY_SOCKET_PATH", "RAY_SERVE_HAPROXY_METRICS_SOCKET_PATH"} <= paths.keys()
    (folder,) = {path if path.is_dir() else path.parent for path in paths.values()}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_sockets_paths_are_short_enough_with_what_serve_puts_into_them(tmp_path: Path) -> None:
    with _scratch(tmp_path) as scratch:
        environment = _serve_environment(scratch)
        for name in ("RAY_SERVE_HAPROXY_SOCKET_PATH", "RAY_SERVE_HAPROXY_METRICS_SOCKET_PATH"):
            socket = Path(environment[name])
            assert len(str(socket.parent / NODE_ID / socket.name)) <= HAPROXYS_LIMIT


@pytest.mark.parametrize(
    ("troubles", "tries"),
    [
        (["The current node timed out during startup."], 2),
        (["The current node timed out during startup."] * 2, 2),
        (["There is no room for its objects."], 1),
    ],
)
def test_ray_is_started_once_again_where_the_machine_was_too_slow(
    monkeypatch: pytest.MonkeyPatch, troubles: list[str], tries: int
) -> None:
    started: list[dict[str, object]] = []

    def init(**options: object) -> None:
        started.append(options)
        if len(started) <= len(troubles):
            raise RuntimeError(troubles[len(started) - 1])

    monkeypatch.setattr("ray.init", init)
    if tries > len(troubles):
        _start_ray()
    else:
        with pytest.raises(RuntimeError, match=troubles[-1]):
            _start_ray()
    assert len(started) == tries

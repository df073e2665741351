"""Restriction of an isolated process: no writing, no other files, no network.

A parser that a hostile file has taken over finds nothing to steal or to change. On
Linux, Landlock (https://docs.kernel.org/userspace-api/landlock.html) hides all files
but the program's libraries and forbids TCP, a namespace of its own takes the network
away, resource limits forbid writing and new processes, and a filter of system calls
(`seccomp`) denies the calls that parsing does not need. Where the system lacks one of
these, the others hold; `restrict_process` returns what they keep out of reach together.
"""

import contextlib
import ctypes
import os
import struct
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from retrieval.loading.isolation.seccomp import filter_calls
from retrieval.loading.recognition.language_data import data_folders

FILES, NETWORK, PROCESSES = "files", "network", "processes"
MAX_OPEN_FILES = 64

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # on every architecture
_VERSION = 1  # flag: return the version that the kernel has
_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# By version of Landlock, the number of its rights over files.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_TCP, _SCOPES = 0b11, 0b11  # bind and connect; abstract sockets and signals
_NO_NEW_PRIVILEGES = 38
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


def restrict_process(
    readable: Iterable[str] = (), load: Callable[[], None] | None = None
) -> list[str]:
    """Give up the rights that parsing does not need, for good.

    Args:
        readable: Folders that can be read besides the libraries.
        load: Called when files are out of reach, before system calls are filtered: it
            loads what starts threads, which are then bound as the first thread is.

    Returns:
        Those of `FILES`, `NETWORK` and `PROCESSES` that are out of reach now.
    """
    # A thread counts as a process.
    _limit_resources(can_start_threads=load is not None)
    if not sys.platform.startswith("linux"):
        if load:
            load()
        return []
    is_alone = _n_threads() == 1
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    has_left_network = 0 in (
        library.unshare(_NEW_USER | _NEW_NETWORK),
        library.unshare(_NEW_NETWORK),
    )
    version = library.syscall(_CREATE_RULESET, None, 0, _VERSION)
    hides_files = version > 0 and _apply_landlock(library, version, readable)
    if load:
        load()
    is_filtered = filter_calls(library)
    cannot_connect = has_left_network or (hides_files and version >= 4)
    out_of_reach = {
        FILES: hides_files and is_alone,
        NETWORK: is_filtered or (cannot_connect and is_alone),
        PROCESSES: is_filtered,
    }
    return [name for name, is_so in out_of_reach.items() if is_so]


def _n_threads() -> int:
    """Count the threads; Landlock binds only the thread that calls it."""
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir())
    except OSError:
        return 0


def _limit_resources(*, can_start_threads: bool) -> None:
    """Forbid new processes and writing to files, where the system can."""
    with contextlib.suppress(ImportError):
        import resource

        limits = {
            "RLIMIT_FSIZE": 0,
            "RLIMIT_CORE": 0,
            "RLIMIT_NOFILE": MAX_OPEN_FILES,
        }
        if not can_start_threads:
            limits["RLIMIT_NPROC"] = 0
        for name, limit in limits.items():
            with contextlib.suppress(AttributeError, OSError, ValueError):
                resource.setrlimit(getattr(resource, name), (limit, limit))


def _apply_landlock(
    library: ctypes.CDLL, version: int, readable: Iterable[str]
) -> bool:
    """Hide all files but libraries, and forbid TCP and signals; False if it fails."""
    rights = (1 << _FILE_RIGHTS[min(version, max(_FILE_RIGHTS))]) - 1
    parts = [rights]
    if version >= 4:
        parts.append(_TCP)
    if version >= 6:
        parts.append(_SCOPES)
    ruleset = struct.pack(f"={len(parts)}Q", *parts)
    handle = library.syscall(_CREATE_RULESET, ruleset, len(ruleset), 0)
    if handle < 0:
        return False
    for path in _existing([*_library_paths(), *readable]):
        with contextlib.suppress(OSError):
            file = os.open(path, os.O_PATH | os.O_CLOEXEC)
            allowed = _READ_FILE | (_READ_DIR if path.is_dir() else 0)
            rule = struct.pack("=Qi", allowed, file)
            library.syscall(_ADD_RULE, handle, _PATH_BENEATH, rule, 0)
            os.close(file)
    restricted: bool = library.syscall(_RESTRICT_SELF, handle, 0) == 0
    os.close(handle)
    return restricted


def _library_paths() -> Iterator[str]:
    """Yield the paths that libraries are loaded from, also later than now."""
    yield from ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
    yield from ("/usr/share/zoneinfo", "/etc/ld.so.cache", "/dev/null", "/dev/urandom")
    yield f"{sys.base_prefix}/lib"
    yield from (sysconfig.get_path(name) for name in ("stdlib", "platstdlib"))
    yield from map(str, data_folders())
    yield from (path for path in sys.path if Path(path).name.endswith("-packages"))
    yield str(Path(__file__).parents[2])


def _existing(paths: Iterable[str]) -> Iterator[Path]:
    return (path for path in map(Path, dict.fromkeys(paths)) if path.exists())

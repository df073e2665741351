"""An allowlist of the system calls that parsing needs.

A classic BPF program (https://docs.kernel.org/userspace-api/seccomp_filter.html) checks
each call of the process and of all its threads, for good. A call that it does not list
fails with EPERM, and so does one that a later kernel adds.
"""

import ctypes
import os
import platform
import struct
from collections.abc import Iterator

# Numbers of calls on x86-64 and on AArch64, from the kernel's headers; None where an
# architecture does not have a call.
_ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # Open files, and those that Landlock allows to be opened.
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "fcntl": (72, 25),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "open": (2, None),
    "openat": (257, 56),
    "stat": (4, None),
    "lstat": (6, None),
    "newfstatat": (262, 79),
    "statx": (332, 291),
    "access": (21, None),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "getdents64": (217, 61),
    "getcwd": (79, 17),
    "fadvise64": (221, 223),
    "poll": (7, None),
    "ppoll": (271, 73),
    "select": (23, None),
    "pselect6": (270, 72),
    # Memory.
    "mmap": (9, 222),
    "munmap": (11, 215),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "mincore": (27, 232),
    "brk": (12, 214),
    "membarrier": (324, 283),
    # Threads and signals of its own, and time.
    "futex": (202, 98),
    "set_robust_list": (273, 99),
    "set_tid_address": (218, 96),
    "rseq": (334, 293),
    "arch_prctl": (158, None),
    "prctl": (157, 167),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigpending": (127, 136),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "setitimer": (38, 103),
    "gettimeofday": (96, 169),
    "time": (201, None),
    "times": (100, 153),
    # Information on the process itself.
    "getrandom": (318, 278),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "gettid": (186, 178),
    "getpgrp": (111, None),
    "getpgid": (121, 155),
    "getsid": (124, 156),
    "getuid": (102, 174),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getegid": (108, 177),
    "getresuid": (118, 148),
    "getresgid": (120, 150),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "uname": (63, 160),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
_IOCTL, _CLONE, _CLONE3, _TGKILL, _PRLIMIT = (
    (16, 29),
    (56, 220),
    (435, 435),
    (234, 131),
    (302, 261),
)
_SECCOMP = (317, 277)
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # as audit.h has them
_X32 = 0x40000000  # from here on the x86-64 kernel takes calls of another ABI

_SET_FILTER, _OF_ALL_THREADS = 1, 1
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_EPERM, _ENOSYS = 0x00050001, 0x00050026
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data

_THREAD = 0x00010000  # flag of clone
_NAMESPACES = 0x7E020000  # flags of clone
_TTY_OF_FILE, _CLOSE_AT_EXEC, _KEEP_AT_EXEC = 0x5401, 0x5451, 0x5450  # ioctls

Instruction = tuple[int, int, int, int]  # code, jumps if true and if false, value


def filter_calls(library: ctypes.CDLL) -> bool:
    """Install the filter for every thread of this process; return whether it holds.

    Args:
        library: The C library. The process must have set PR_SET_NO_NEW_PRIVS.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        return False
    column = list(_ARCHITECTURES).index(machine)
    steps = list(_program(column, _ARCHITECTURES[machine]))
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(steps), ctypes.addressof(buffer))
    done: int = library.syscall(_SECCOMP[column], _SET_FILTER, _OF_ALL_THREADS, program)
    return done == 0


def _program(column: int, architecture: int) -> Iterator[Instruction]:
    """Yield the instructions of the filter for one architecture.

    Args:
        column: Position of the architecture in the tables of call numbers.
        architecture: Its number in audit.h.
    """
    yield _LOAD, 0, 0, _ARCHITECTURE
    yield from _unless(_EQUAL, architecture, _KILL)
    yield _LOAD, 0, 0, _NUMBER
    yield _AT_LEAST, 0, 1, _X32
    yield _RETURN, 0, 0, _EPERM
    for numbers in _ALLOWED.values():
        number = numbers[column]
        if number is not None:
            yield from _if(number, [(_RETURN, 0, 0, _ALLOW)])
    own = os.getpid()
    yield from _if(_CLONE3[column], [(_RETURN, 0, 0, _ENOSYS)])  # clone comes instead
    yield from _if(_PRLIMIT[column], _if_argument(0, 0))
    yield from _if(_TGKILL[column], _if_argument(0, own))
    known = _TTY_OF_FILE, _CLOSE_AT_EXEC, _KEEP_AT_EXEC
    yield from _if(_IOCTL[column], _if_argument(1, *known))
    yield from _if(
        _CLONE[column],
        [
            (_LOAD, 0, 0, _ARGUMENTS),
            (_ANY_BIT, 1, 0, _THREAD),
            (_RETURN, 0, 0, _EPERM),
            (_ANY_BIT, 0, 1, _NAMESPACES),
            (_RETURN, 0, 0, _EPERM),
            (_RETURN, 0, 0, _ALLOW),
        ],
    )
    yield _RETURN, 0, 0, _EPERM


def _unless(test: int, value: int, result: int) -> list[Instruction]:
    return [(test, 1, 0, value), (_RETURN, 0, 0, result)]


def _if(number: int, steps: list[Instruction]) -> list[Instruction]:
    """Return steps that run for one call number only; the last of them returns."""
    return [(_EQUAL, 0, len(steps), number), *steps]


def _if_argument(n: int, *values: int) -> list[Instruction]:
    """Return steps that allow a call if its n-th argument is one of 32-bit values."""
    steps: list[Instruction] = [(_LOAD, 0, 0, _ARGUMENTS + 8 * n)]
    for value in values:
        steps += [(_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    return [*steps, (_RETURN, 0, 0, _EPERM)]

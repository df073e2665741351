"""The filter of system calls, run as the kernel runs it."""

import ctypes
import os
import platform

import pytest

from retrieval.loading.isolation import seccomp
from retrieval.loading.isolation.seccomp import filter_calls

ALLOW, KILL, EPERM, ENOSYS = "allow", "kill", "EPERM", "ENOSYS"
RESULTS = {0x7FFF0000: ALLOW, 0x80000000: KILL, 0x50001: EPERM, 0x50026: ENOSYS}
X86, ARM = 0xC000003E, 0xC00000B7
THREAD, NEW_USER = 0x10000, 0x10000000


def judged(column, number, *arguments, architecture=None):
    """Return the verdict of an architecture's filter on a call."""
    architecture = architecture or (X86, ARM)[column]
    seen = {0: number, 4: architecture}
    for n in range(6):
        argument = arguments[n] if n < len(arguments) else 0
        seen[16 + 8 * n] = argument & 0xFFFFFFFF
    steps = list(seccomp._program(column, (X86, ARM)[column]))
    assert len(steps) < 4_096, "more the kernel does not take"
    at = value = 0
    while True:
        code, if_true, if_false, operand = steps[at]
        at += 1
        match code:
            case 0x20:
                value = seen[operand]
            case 0x06:
                return RESULTS[operand]
            case 0x15:
                at += if_true if value == operand else if_false
            case 0x35:
                at += if_true if value >= operand else if_false
            case 0x45:
                at += if_true if value & operand else if_false


NUMBERS = [  # read, openat, socket, clone, clone3, prlimit64, tgkill, ioctl, execve
    (0, (0, 257, 41, 56, 435, 302, 234, 16, 59)),
    (1, (63, 56, 198, 220, 435, 261, 131, 29, 221)),
]


@pytest.mark.parametrize(("column", "numbers"), NUMBERS, ids=["x86-64", "AArch64"])
def test_what_parsing_needs_is_allowed_and_nothing_else(column, numbers):
    read, openat, socket, clone, clone3, prlimit64, tgkill, ioctl, execve = numbers
    assert judged(column, read) == judged(column, openat) == ALLOW
    assert judged(column, socket) == judged(column, execve) == EPERM
    assert judged(column, 999) == EPERM, "what a later kernel adds"
    assert judged(column, clone, 17) == EPERM, "a process"
    assert judged(column, clone, THREAD) == ALLOW
    assert judged(column, clone, THREAD | NEW_USER) == EPERM
    assert judged(column, clone3) == ENOSYS, "the C library takes clone, then"
    assert judged(column, prlimit64, 0) == ALLOW, "its own limits"
    assert judged(column, prlimit64, 1) == EPERM
    assert judged(column, tgkill, os.getpid()) == ALLOW, "it may abort"
    assert judged(column, tgkill, os.getppid()) == EPERM
    assert judged(column, ioctl, 0, 0x5401) == ALLOW
    assert judged(column, ioctl, 0, 0x5412) == EPERM, "typing at a terminal"


def test_calls_of_another_architecture_end_the_process():
    assert judged(0, 0, architecture=0x40000003) == KILL
    assert judged(0, 0x40000000) == EPERM, "x32"


def test_where_no_numbers_are_known_nothing_is_filtered(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert not filter_calls(ctypes.CDLL(None))


def test_the_program_is_handed_over_for_all_threads(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    asked = []

    class Library:
        def syscall(self, *arguments):
            asked.append(arguments)
            return 0 if len(asked) == 1 else -1

    assert filter_calls(Library())
    assert not filter_calls(Library()), "a kernel without such filters"
    number, operation, flags, _ = asked[0]
    assert (number, operation, flags) == (317, 1, 1)

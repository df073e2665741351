"""Parsing in separate processes that are cut off from the rest of the system.

Read `sandbox` first, which starts and watches the processes; `worker` is their program,
`landlock` and `seccomp` restrict them.
"""

"""Work in separate processes that are cut off from the rest of the system.

Read `process` first, which starts and watches a process; `serving` is the inside of
one, `landlock` and `seccomp` restrict it. `sandbox` and its program, `worker`, parse
articles.
"""

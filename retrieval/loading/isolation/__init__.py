"""Parsing in processes of its own, which can do little else.

Read `sandbox` first, which watches them; `worker` is what they run, `landlock` and
`seccomp` what holds them.
"""

"""What the command line does besides conversing: check, evaluate, index, feedback.

A file is a command, or a part of one; `bot.cli` calls them. Nothing else may import
from here.
"""

"""What the command line does besides conversing: check, evaluate, index, feedback.

One command a file; `bot.cli` calls them. Nothing else may import from here.
"""

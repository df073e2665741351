"""The subcommands of `article-bot`, each in a file of its name.

Each declares its arguments in `add_parser` and does its work in `run`, which returns
the exit code. `arguments` and `components` hold the parts that several commands share;
`findings` belongs to `check`, `report` and `plots` to `evaluate`. In the bot, only
`bot.cli` imports from this package.
"""

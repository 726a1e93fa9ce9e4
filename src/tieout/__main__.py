"""``python -m tieout``: the command line, from the interpreter that has it installed."""

from tieout.config.cli import main

main()

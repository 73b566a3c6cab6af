"""``python -m scoring``: the command line, where the command ``sourcegrade`` is not on the path."""

from scoring.cli.app import main

main()

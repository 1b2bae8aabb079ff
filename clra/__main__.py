"""``python -m clra``."""

from clra.cli import main

main()

"""`python -m nameplate` is the command `nameplate`."""

from nameplate.cli import main

main()

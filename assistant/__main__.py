"""`python -m assistant`: the same as `troly`."""

from assistant.cli import main

main()

"""Let `python -m training` be the command `inkling`."""

from training.commands import main

main()

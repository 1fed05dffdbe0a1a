"""The front door: `rimay`, or `python -m rimay`."""

import gc
import sys


def main() -> None:
    """Run one command."""
    gc.disable()  # modules stay for good: to look for garbage among them takes a quarter of the start
    from rimay import command_line

    command_line.prepare(sys.argv[1:])
    gc.freeze()
    gc.enable()
    command_line.main()


if __name__ == "__main__":
    main()

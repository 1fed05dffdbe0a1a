"""The front door: `rimay`, or `python -m rimay`."""

import gc


def main() -> None:
    """Run one command."""
    gc.disable()  # modules stay for good: to look for garbage among them takes a quarter of the start
    from rimay.command_line import main as run_command

    gc.freeze()
    gc.enable()
    run_command()


if __name__ == "__main__":
    main()

"""The command `guanchao`."""

from pipeline import collecting


def main() -> None:
    """Run the command line."""
    collecting.rarely()

    from pipeline import cli  # not before: most of what it loads lives until the end

    cli.main()


if __name__ == "__main__":
    main()

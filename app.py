"""Start Inkling: `python app.py`, then open the address it prints."""

import argparse
import sys
from typing import Any

from pydantic import ValidationError

from chatbot.server import Settings, serve


def main() -> int:
    """Read the command line, serve, return the exit code."""
    given = {name: value for name, value in vars(_parser().parse_args()).items() if value}
    try:
        settings = Settings(**given)
    except ValidationError as error:
        for problem in error.errors():
            print(f"app.py: {_explain(problem)}", file=sys.stderr)
        return 1
    return serve(settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Serve the chat page, the suggestions and the HTTP interface.",
        epilog="Every setting is also an environment variable, such as INKLING_PORT.",
    )
    parser.add_argument("--host", help="address to listen on (127.0.0.1; 0.0.0.0: every one)")
    parser.add_argument("--port", help="TCP port (7860; 0: a free one)")
    parser.add_argument("--checkpoint", help="checkpoint folder (the bundled one)")
    return parser


def _explain(problem: Any) -> str:
    where = ".".join(map(str, problem["loc"]))
    what = problem["msg"].removeprefix("Value error, ")
    return f"{where}: {what}, got {problem['input']!r}" if where else what


if __name__ == "__main__":
    sys.exit(main())

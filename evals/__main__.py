"""`python -m evals` is `troly eval`."""

from evals.cli import app

if __name__ == "__main__":
    app()

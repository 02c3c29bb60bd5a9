"""Benchmarks that anyone may run again: `python -m evals.benchmarks.NAME`."""

"""The tests; CONTRIBUTING.md tells what lies where."""

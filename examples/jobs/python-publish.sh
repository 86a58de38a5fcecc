#!/bin/sh
# A job with a connection of type pypi: builds with what its index has, and publishes to its repository.
# pip and twine find URL and login by themselves.
#   runner-shim -c packages -- examples/jobs/python-publish.sh
set -eu
pip3 wheel --no-deps --wheel-dir dist .
twine upload dist/*

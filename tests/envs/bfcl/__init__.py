"""Tests of env=bfcl; those that need the package are skipped without it."""

import pytest

from envs.bfcl import package

needs_package = pytest.mark.skipif(bool(package.missing()), reason="bfcl-eval is not installed")

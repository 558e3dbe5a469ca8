"""Helpers for people who work on the harness: benchmarks, controls, preparation. No part of the product."""

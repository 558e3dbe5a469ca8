"""Hydra config groups; they mirror the packages."""

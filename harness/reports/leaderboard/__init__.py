"""Leaderboards from the record: runs to rows, rows to boards, boards to tables. Anyone can recompute them."""

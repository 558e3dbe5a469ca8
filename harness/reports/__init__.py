"""What records become: leaderboards, the paper's tables and figures, a regression test, a static site."""

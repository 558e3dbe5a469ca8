"""What a run tells while it works: events, and the displays that show them."""

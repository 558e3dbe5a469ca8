"""One run: settings, its identity, the Lab that it gives to a method, and the path from start to record."""

"""ALFWorld: household tasks in text, by the games of the alfworld package or by games generated like them."""

"""Who answers: providers behind one protocol, and the wire format of chat completions."""

"""The paper's words as types, and the protocols that methods, environments and models meet. Read it first."""

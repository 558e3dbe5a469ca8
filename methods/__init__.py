"""Methods that optimize an agent: one small file each, readable beside the paper."""

"""Going through a recorded run again, offline: does its journal lead to its record?"""

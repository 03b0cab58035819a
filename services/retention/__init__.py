"""Owns resignations, retention talks and exit talks; not the tasks that follow from them, nor any figure."""

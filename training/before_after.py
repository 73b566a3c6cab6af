"""SCRATCH"""


def table(before, after, articles):
    return {}

"""Fitting: labelled examples, alignment, training, metrics. ``scoring`` never imports it."""

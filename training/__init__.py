"""Fitting: labelled examples, the network, evaluation, weights of evidence. ``scoring`` imports it in commands only."""

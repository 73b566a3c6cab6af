"""Fitting: labelled articles, networks, evaluation, weights of evidence, priors. Commands alone import it."""

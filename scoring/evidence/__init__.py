"""A claim and the priors → factors → evidential strength; and the sourcing score of the article."""

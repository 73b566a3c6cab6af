"""The service: a page to try the rating on, and the same over HTTP as JSON. Needs the extra ``serve``."""

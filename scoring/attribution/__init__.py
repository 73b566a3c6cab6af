"""Attribution relations, who is said to have said what, and the claims that a model reads.

``find`` is the one arrow from sentences to attributions. ``inference`` runs a trained model and ``rules`` the baseline
without weights; ``linking`` turns the model's scores of words into relations, ``segments`` and ``claim_reading`` turn
them into claims; ``continuation``, ``parallel`` and ``named_beside`` read what stands beyond a sentence or beside the
source.
"""

"""Attribution relations: who is said to have said what.

``find`` is the one arrow from sentences to attributions. ``inference`` runs a trained model and ``rules`` the baseline
without weights; ``linking`` turns the model's scores of words into relations; ``continuation``, ``parallel`` and
``named_beside`` read what stands beyond a sentence or beside the source.
"""

"""Attribution relations: who is said to have said what.

``rules`` is the baseline without weights, ``inference`` runs the trained model,
``linking`` turns what either of them finds into relations and chains.
"""

"""The deeds of a campaign: what comes of each kind of action. One module a concern, one function a deed.

A deed takes the scene, the doer and the action, adds what happened to the scene, and gives back how it went;
what cannot be done it refuses (`Refusal`) before anything has changed. `resolve` is the only door to them.
"""

from fabula.environments.campaign.deeds.resolving import resolve

__all__ = ["resolve"]

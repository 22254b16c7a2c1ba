"""Deployments bound into applications."""

from __future__ import annotations

from ray.serve import Application, Deployment


def bound(deployment: object, *arguments: object) -> Application:
    """Bind a class that ``@serve.deployment`` has wrapped: type checkers do not follow class decorators."""
    if not isinstance(deployment, Deployment):
        message = f"{deployment!r} is not a deployment"
        raise TypeError(message)
    return deployment.bind(*arguments)

"""The composition root: from settings to the graph."""

# No `from __future__ import annotations` here: Serve reads the type of build's argument at run time.
from pydantic import BaseModel, ConfigDict
from ray.serve import Application, Deployment

from callscribe.settings import Profile, Settings
from deployments.diarizer.deployment import Diarizer
from deployments.summarizer.deployment import Summarizer
from deployments.transcriber.deployment import Transcriber
from serve_app.dispatcher import Dispatcher
from serve_app.ingress import Ingress


class BuildArgs(BaseModel):
    """What a Serve configuration file says of the graph; everything else is settings, from the environment."""

    model_config = ConfigDict(extra="forbid")

    profile: Profile = Profile.EMBEDDED


def build(args: BuildArgs) -> Application:
    """Build the graph of one profile. Its resources and replica ranges are the configuration file's."""
    settings = Settings(profile=args.profile)
    models = {
        "diarizer": _bound(Diarizer, settings),
        "transcriber": _bound(Transcriber, settings),
        "summarizer": _bound(Summarizer, settings),
    }
    return _bound(Ingress, settings, models, _bound(Dispatcher, settings, models))


def _bound(deployment: object, *arguments: object) -> Application:
    """Bind a class that ``@serve.deployment`` has wrapped: type checkers do not follow class decorators."""
    if not isinstance(deployment, Deployment):
        message = f"{deployment!r} is not a deployment"
        raise TypeError(message)
    return deployment.bind(*arguments)

"""The composition root: from settings to the graph."""

# No `from __future__ import annotations` here: Serve reads the type of build's argument at run time.
from pydantic import BaseModel, ConfigDict
from ray.serve import Application

from callscribe.glossary import Glossary
from callscribe.settings import Profile, Settings
from deployments.diarizer.deployment import Diarizer
from deployments.summarizer.deployment import Summarizer
from deployments.transcriber.deployment import Transcriber
from serve_app.binding import bound
from serve_app.dispatcher import Dispatcher
from serve_app.ingress import Ingress


class BuildArgs(BaseModel):
    """What a Serve configuration file says of the graph; everything else is settings, from the environment."""

    model_config = ConfigDict(extra="forbid")

    profile: Profile = Profile.EMBEDDED


def build(args: BuildArgs) -> Application:
    """Build the graph of one profile. Its resources and replica ranges are the configuration file's."""
    settings = Settings(profile=args.profile)
    glossary = Glossary.read(settings.glossary)
    models = {
        "diarizer": bound(Diarizer, settings),
        "transcriber": bound(Transcriber, settings, glossary),
        "summarizer": bound(Summarizer, settings),
    }
    return bound(Ingress, settings, models, bound(Dispatcher, settings, glossary, models))

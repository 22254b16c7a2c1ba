"""How long an LLM takes is known by the engine that runs it."""

from __future__ import annotations

from callscribe.domain import Brief, Transcript
from callscribe.metrics import Measured
from callscribe.settings import LlmSettings, Settings
from callscribe.store import Recorder, Store
from deployments.summarizer.engines import load_engine
from deployments.summarizer.layers import Layers
from tests.summarizer.llm.fake_endpoint import FakeLlm
from tests.summarizer.llm.meetings import linguistic


async def test_each_answer_is_measured_under_its_engine_s_name(
    llm: FakeLlm, mayak: Transcript, store: Store, database_url: str
) -> None:
    llm.card, llm.seconds = {"owned_by": "library", "max_model_len": 8192}, 0.3
    recorder = Recorder.apart(database_url)
    engine = load_engine(Settings(_env_file=None, llm=LlmSettings(url=llm.url)), recorder)
    assert isinstance(engine, Layers)
    assert engine._llm is not None
    await engine.improve(Brief(mayak), linguistic(mayak))
    await engine._llm.close()
    await recorder.close()

    tallies = (await store.metrics.figures()).tallies

    assert {(each.metric, each.label) for each in tallies} == {(Measured.LLM, "ollama")}
    assert sum(each.number for each in tallies) == len(llm.asked)
    assert sum(each.total for each in tallies) >= 0.3 * len(llm.asked) > 0

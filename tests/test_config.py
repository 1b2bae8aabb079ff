import pytest

from clra.config import load_settings
from clra.errors import ConfigError


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_flags_beat_environment_beats_file_beats_default(tmp_path, monkeypatch):
    assert load_settings().chains == 32
    (tmp_path / "clra.toml").write_text("chains = 4\nstrategy = 'majority'\n")
    assert load_settings().chains == 4
    monkeypatch.setenv("CLRA_CHAINS", "8")
    assert load_settings().chains == 8
    settings = load_settings(chains=16, strategy=None)
    assert (settings.chains, settings.strategy) == (16, "majority")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("chains = 0", "clra.toml, chains: input should be greater than or equal to 1, got 0"),
        ("chain = 3", "clra.toml, 'chain': extra inputs are not permitted"),
        ("chains = ", "clra.toml: "),
        ("chains = 1 # \udcff", "clra.toml: "),
    ],
)
def test_a_bad_file_says_what_is_wrong(tmp_path, text, said):
    (tmp_path / "clra.toml").write_text(text, errors="surrogateescape")
    with pytest.raises(ConfigError, match="^" + said.replace("(", r"\(")):
        load_settings()


def test_a_bad_flag_and_a_bad_variable_are_named(monkeypatch):
    with pytest.raises(ConfigError, match=r"--chains: .*got 0"):
        load_settings(chains=0)
    monkeypatch.setenv("CLRA_TIMEOUT", "soon")
    with pytest.raises(ConfigError, match=r"CLRA_TIMEOUT: .*got 'soon'"):
        load_settings()


def test_verifiers_are_listed_with_commas_in_the_environment(monkeypatch):
    monkeypatch.setenv("CLRA_VERIFIERS", "exact, own:Verifier")
    assert load_settings().verifiers == ("exact", "own:Verifier")


def test_a_mistyped_variable_is_told(monkeypatch):
    monkeypatch.setenv("CLRA_MODL", "clra-nano")
    with pytest.raises(ConfigError, match="CLRA_MODL: there is no such setting"):
        load_settings()


def test_the_key_is_read_from_the_usual_place_and_never_shown(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    settings = load_settings()
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in repr(settings)
    assert settings.having(chains=2).api_key == settings.api_key


def test_a_changed_copy_is_validated():
    settings = load_settings()
    assert settings.having(chains=None) is settings
    assert settings.having(chains=5).chains == 5
    with pytest.raises(ConfigError, match="--chains"):
        settings.having(chains=0)

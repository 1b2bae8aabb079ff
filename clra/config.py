"""Settings: defaults < ``clra.toml`` in the working directory < environment (``CLRA_...``) < flags."""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from clra.errors import ConfigError

DEFAULT_MODEL = "clra-nano"


class Settings(BaseSettings):
    """Everything that can be chosen for a run."""

    model_config = SettingsConfigDict(
        env_prefix="CLRA_", toml_file="clra.toml", extra="forbid", frozen=True, validate_default=False
    )

    model: str = DEFAULT_MODEL
    """``NAME`` or ``NAME:ARGUMENT``, such as ``openai:http://127.0.0.1:8000/v1``."""
    chains: int = Field(default=32, ge=1, le=100_000)
    """K, the number of chains to draw."""
    claims_in_chain: bool = True
    """Where the model is to judge its chains, let each chain end with its decision-relevant claims, as published; else,
    and for a model that is not made for it, they are asked for afterwards."""
    strategy: str = "clra"
    verifiers: Annotated[tuple[str, ...], NoDecode] = ("exact", "context", "symbolic", "execution")
    """In the environment: names separated by commas."""
    seed: int = Field(default=0, ge=0)
    temperature: float | None = Field(default=None, ge=0)
    top_p: float | None = Field(default=None, gt=0, le=1)
    top_k: int | None = Field(default=None, ge=-1)
    max_tokens: int | None = Field(default=None, ge=1)
    logprobs: bool = False
    """Ask the model for log-probabilities and token confidences even where the strategy does without, so that others
    can be tried on the recorded chains."""

    confidence: float | None = Field(default=None, ge=0.5, lt=1)
    """Stop drawing once the posterior probability that the leading answer is that of all K chains reaches this. Chains
    are then drawn in waves: fewer tokens, more time. None: only what can no longer change the winner is left out."""
    window: int | None = Field(default=None, ge=2)
    """Draw chains in windows of so many, and stop once all of a window give the same answer."""
    exhaustive: bool = False
    """Draw all K chains even where the vote is settled, as for a recording."""
    abort_refuted: bool = False
    """Cut a chain off while it is drawn, once a claim of it is proved false and it goes on from there. This loses
    chains that would have found their mistake later."""
    max_total_tokens: int | None = Field(default=None, ge=1)
    """Tokens of all stages of one problem; what is there when they are used up decides."""
    max_seconds: float | None = Field(default=None, gt=0)
    """Wall time of one problem, the start of the model included; what is there when it is used up decides."""

    base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("base_url", "CLRA_BASE_URL", "OPENAI_BASE_URL")
    )
    """Address of an OpenAI-compatible server."""
    prompts: str = "default"
    """Prompt set for models behind servers (`clra.prompts`): ``default`` for those that follow instructions, ``nano``
    for clra-nano's weights."""
    api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("api_key", "CLRA_API_KEY", "OPENAI_API_KEY")
    )
    timeout: float = Field(default=600.0, gt=0)
    """Seconds without a byte from the server after which a request is drawn again; while it stands in the server's
    queue, what others are answered counts. A server that answered before and is gone, or all of several, is waited for
    as long, so that it can be restarted."""
    retries: int = Field(default=5, ge=0)
    """Of each request, after failures that may pass."""
    concurrency: int = Field(default=32, ge=1)
    """Requests to one server at the same time."""

    vllm: dict[str, Any] = Field(default_factory=dict)
    """For vLLM's ``AsyncEngineArgs``, such as ``tensor_parallel_size``; in the environment as JSON."""

    jobs: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    """Worker processes that check claims."""
    claim_seconds: float = Field(default=2.0, gt=0)
    """Budget of one claim; past it the claim is UNKNOWN."""
    chain_seconds: float = Field(default=10.0, gt=0)
    """Budget of all claims of one chain."""
    sandbox: str = "native"
    """Where programs run: ``native`` or ``docker``; `clra doctor` says which hold."""
    program_seconds: float = Field(default=5.0, gt=0)
    """Budget of one program; past it nothing is known of what it does."""
    chain_program_seconds: float = Field(default=30.0, gt=0)
    """Budget of all programs of one chain; those that it leaves no room for are not run."""
    check_programs: int = Field(default=0, ge=0, le=64)
    """How many check programs the model is asked for, for each problem; for a programming problem, whether it is asked
    for inputs on which programs are compared."""
    check_claims: int = Field(default=0, ge=0, le=16)
    """How many claims of a chain the model is asked for as many check programs each, where calculation leaves open
    what the answer stands on; 0 where ``check_programs`` is 0."""
    reply_tokens: int = Field(default=8192, ge=1)
    """Most tokens of a reply that is not a chain, as when the model judges or chooses: room for a reasoning model's
    thoughts, and an end to those that go round in circles."""
    memory_mb: int = Field(default=1024, ge=64)
    """Memory that a worker may take for one claim, in MiB."""
    calibration: Path | None = None
    """File of `clra calibrate` by which reliabilities are computed; the one that is shipped where None."""
    cache: str | None = None
    """Folder in which verdicts are kept for the next run; the user's cache folder where None, and none where empty."""
    runs: str = Field(default="clra-runs", min_length=1)
    """Folder in which runs are kept, one file each (see `clra.store`)."""

    @field_validator("verifiers", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [name.strip() for name in value.split(",")] if isinstance(value, str) else value

    def having(self, **changes: Any) -> "Settings":
        """A copy with the changes that are not None, validated.

        Raises:
            ConfigError: a value that cannot be.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        return _validated({**dict(self), **given}, given) if given else self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put ``clra.toml`` under the environment; leave out dot-env and secret files."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**flags: Any) -> Settings:
    """Read the settings; flags that are None were not given.

    Raises:
        ConfigError: a value that cannot be, or a ``clra.toml`` that cannot be read.
    """
    for variable in os.environ:
        if variable.startswith("CLRA_") and variable.removeprefix("CLRA_").lower() not in Settings.model_fields:
            raise ConfigError(
                f"{variable}: there is no such setting", hint=f"there are: {', '.join(Settings.model_fields)}"
            )
    given = {name: value for name, value in flags.items() if value is not None}
    return _validated(given, given)


def _validated(values: dict[str, Any], flags: dict[str, Any]) -> Settings:
    try:
        return Settings(**values)
    except ValidationError as error:
        raise ConfigError("; ".join(_explain(problem, flags) for problem in error.errors())) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"clra.toml: {error}", hint="it must be TOML, such as: model = 'clra-nano'") from None
    except OSError as error:
        raise ConfigError(f"clra.toml: {error.strerror}") from None


def _explain(problem: Any, flags: dict[str, Any]) -> str:
    name = str(problem["loc"][0]) if problem["loc"] else "settings"
    if name in flags:
        source = f"--{name.replace('_', '-')}"
    elif f"CLRA_{name.upper()}" in os.environ:
        source = f"CLRA_{name.upper()}"
    else:
        source = f"{Path('clra.toml')}, {name}" if problem["type"] != "extra_forbidden" else f"clra.toml, {name!r}"
    shown = "" if name == "api_key" else f", got {problem['input']!r}"
    return f"{source}: {problem['msg'][:1].lower()}{problem['msg'][1:]}{shown}"

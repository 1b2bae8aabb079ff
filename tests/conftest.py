"""Settings of the whole suite."""

import os

import hypothesis

from tests.models.vllm_engine import vllm_in_process, vllm_server

__all__ = ["vllm_in_process", "vllm_server"]

# the same examples in every run, so that a red run means a change; HYPOTHESIS_PROFILE=explore looks for new ones
hypothesis.settings.register_profile("repeat", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))

# a test that looks at the cache makes one of its own: no test finds what another one, or a person, has kept
os.environ["CLRA_CACHE"] = ""

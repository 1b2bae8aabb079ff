"""Settings of the whole suite."""

import os
import signal

import hypothesis

from tests.models.vllm_engine import vllm_in_process, vllm_server

__all__ = ["vllm_in_process", "vllm_server"]

# the same examples in every run, so that a red run means a change; HYPOTHESIS_PROFILE=explore looks for new ones
# and no health check that looks at the clock, so that none means a busy machine
calm = hypothesis.settings(deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.register_profile("repeat", calm, derandomize=True, database=None)
hypothesis.settings.register_profile("explore", calm, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))

# a test that looks at the cache makes one of its own: no test finds what another one, or a person, has kept
os.environ["CLRA_CACHE"] = ""

# how fast the machine is decides no verdict: a budget that is to be used up is set by the test that is about it
for budget in ("CLAIM", "CHAIN", "PROGRAM", "CHAIN_PROGRAM"):
    os.environ[f"CLRA_{budget}_SECONDS"] = "120"

# a shell that starts the tests in the background lets them, and what they start, ignore Ctrl-C
signal.signal(signal.SIGINT, signal.default_int_handler)

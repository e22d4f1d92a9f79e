"""What all tests share: a cache of their own, so that the user's is not written to; and no clock, which a busy machine
would make strike."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("no clock", deadline=None)
settings.load_profile("no clock")


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DICOMSPEC_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield

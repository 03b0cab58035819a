"""The command line as people type it, each command a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.paths import ROOT


@dataclass(frozen=True)
class Shell:
    """A terminal in which `FORBLIV_RULES` and the width are set; every command is about the stack of one directory."""

    directory: Path
    rules: Path

    def types(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """What a command printed, and its exit code."""
        asked = (sys.executable, "-m", "services.cli", *words, "--dir", str(self.directory))
        around = os.environ | {"FORBLIV_RULES": str(self.rules), "COLUMNS": "300"}
        return subprocess.run(asked, cwd=ROOT, env=around, capture_output=True, text=True, check=False)

    def told(self, *words: str) -> Any:
        """The JSON a command printed."""
        done = self.types(*words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

"""The program in README.md is examples/embed.cpp, which is built: what a reader copies compiles."""

import pathlib
import re
import sys

top = pathlib.Path(__file__).resolve().parents[2]
shown = re.findall(r"```cpp\n(.*?)```", (top / "README.md").read_text(), re.S)
if (top / "examples/embed.cpp").read_text() not in shown:
    sys.exit("README.md shows another program than examples/embed.cpp")
print("1 passed, 0 failed")

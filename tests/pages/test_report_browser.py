"""The page in a real browser without a network: nothing is complained about, nothing runs out of the window."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import sitpy

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium or chrome on this machine")

# a frame as narrow as a telephone, and one as wide as a screen; what they measure is written into the outer page
FRAMES = """<body><script>
function measure(frame) {
  const page = frame.contentDocument.documentElement;
  const widest = Math.max(...[...page.querySelectorAll("p, h1, h2, h3, figure, nav, dl, .scroll")]
    .map(part => part.getBoundingClientRect().right));
  const drawn = [...page.querySelectorAll("figure svg, figure img")].filter(one => one.getBoundingClientRect().height > 80);
  document.body.insertAdjacentHTML("beforeend",
    `<p>width ${frame.width} scrolls ${page.scrollWidth} widest ${Math.ceil(widest)} drawn ${drawn.length}</p>`);
}
</script>
<iframe width="400" height="800" style="border:0" onload="measure(this)" srcdoc="PAGE"></iframe>
<iframe width="1280" height="800" style="border:0" onload="measure(this)" srcdoc="PAGE"></iframe></body>"""


def browse(path: Path) -> tuple[str, str]:
    """The page as the browser has it after loading, and what it complained about."""
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom",
        "--window-size=1400,900", "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9",
        f"--user-data-dir={path.parent / 'profile'}", path.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


def test_the_page_opens_without_a_word_and_has_its_numbers(
    written: Path, models: dict[str, sitpy.BacktestModel]
) -> None:
    seen, complaints = browse(written)
    assert complaints == ""
    for model in models.values():
        assert f"<td>{100 * sitpy.compute_cagr(model.equity):.2f}%</td>" in seen
    assert seen.count("<figure>") == seen.count("<figcaption>") == 9


def test_nothing_runs_out_of_a_narrow_or_a_wide_window(written: Path, tmp_path: Path) -> None:
    frames = tmp_path / "frames.html"
    frames.write_text(FRAMES.replace("PAGE", html.escape(written.read_text(encoding="utf-8"))), encoding="utf-8")
    seen, complaints = browse(frames)
    assert complaints == ""
    found = re.findall(r"<p>width (\d+) scrolls (\d+) widest (\d+) drawn (\d+)</p>", seen)
    assert sorted(int(width) for width, *_ in found) == [400, 1280]
    for width, scrolls, widest, drawn in found:
        assert int(scrolls) <= int(width) and int(widest) <= int(width)
        assert int(drawn) == 9


def test_this_browser_would_complain(written: Path, tmp_path: Path) -> None:
    """The tests above can fail: a picture from elsewhere is refused by the page's own policy, and said so."""
    broken = tmp_path / "broken.html"
    page = written.read_text(encoding="utf-8").replace(
        "<main>", '<main><img src="https://example.invalid/a.png" alt="">'
    )
    broken.write_text(page, encoding="utf-8")
    assert "Content Security Policy" in browse(broken)[1]

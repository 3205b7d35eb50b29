"""Makes docs/images/tensorboard-<tab>.png: what TensorBoard shows of a folder of logs.

    python docs/screenshots.py runs/dashboards
    python docs/screenshots.py runs/graph function

Run by hand, in a Python that has TensorBoard and where chromium is installed.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

IMAGES = pathlib.Path(__file__).parent / "images"
SIZE = "1200,760"
TABS = {
    "scalars": "#scalars&_smoothingWeight=0&tagFilter=epoch_(accuracy|loss)",
    "images": "#images",
    "graphs": "#graphs&run=adam%2Ftrain",
    "function": "#graphs&run=.",
    "histograms": "#histograms",
    "text": "#text&tagFilter=predictions",
    "pr_curves": "#pr_curves",
    "hparams": "#hparams",
}


def screenshot(url, file):
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                os.environ.get("CHROMIUM", "chromium"),
                "--headless",
                "--no-sandbox",
                "--hide-scrollbars",
                "--enable-unsafe-swiftshader",
                "--virtual-time-budget=20000",
                f"--user-data-dir={profile}",
                f"--window-size={SIZE}",
                f"--screenshot={file}",
                url,
            ],
            check=True,
            stderr=subprocess.DEVNULL,
            timeout=120,
        )


def main(logdir, tabs):
    IMAGES.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", logdir]
    command += ["--host", "127.0.0.1", "--port", "0", "--load_fast", "false"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        address = next(filter(None, (re.search(r"http://\S+:\d+/", line) for line in server.stderr)))
        for tab in tabs:
            screenshot(address.group() + TABS[tab], IMAGES / f"tensorboard-{tab}.png")
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] or [tab for tab in TABS if tab != "function"])

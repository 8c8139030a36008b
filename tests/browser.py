"""A real browser for tests: headless Chromium, driven by chromedriver through the W3C's WebDriver protocol.

https://www.w3.org/TR/webdriver2/ is a few JSON requests; a library for it would bring ten others along.
"""

import base64
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ENTER, ESCAPE, LEFT, DOWN = "\ue007", "\ue00c", "\ue012", "\ue015"  # the protocol's names of keys


def why_not() -> str | None:
    """Why there is no browser to test with, or None."""
    missing = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    if not missing:
        return None
    return f"no {' and no '.join(missing)} on this machine; Debian's packages are chromium and chromium-driver"


def wait_for_file(folder: Path, pattern: str, seconds: float = 10) -> bytes:
    """The contents of the first file that has arrived whole."""
    end = time.monotonic() + seconds
    while True:
        # While a download lasts it has another suffix.
        for path in folder.glob(pattern):
            return path.read_bytes()
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} seconds there is no {pattern} in {folder}")
        time.sleep(0.02)


class Browser:
    """One window. A context manager: leaving it ends the browser and its driver."""

    def __init__(self, folder: Path, width: int = 1200, height: int = 800, fineness: float = 1) -> None:
        """`folder` takes the browser's profile and its downloads; `fineness` is in device pixels per CSS pixel."""
        self._driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            said = ""
            while "started successfully on port " not in said:
                said = self._driver.stdout.readline()
                if not said:
                    raise RuntimeError("chromedriver ended before it told its port")
            port = int(said.split("on port ")[1].strip(" .\n"))
            self._address = f"http://127.0.0.1:{port}/session"
            chrome = {
                "binary": shutil.which("chromium"),
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                    "--disable-background-networking", "--force-color-profile=srgb",
                    f"--user-data-dir={folder / 'profile'}", f"--window-size={width},{height}",
                    f"--force-device-scale-factor={fineness}",
                ],
                "prefs": {"download.default_directory": str(folder), "download.prompt_for_download": False},
            }  # fmt: skip
            wanted = {"browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"}, "goog:chromeOptions": chrome}
            session = self._ask("POST", "", {"capabilities": {"alwaysMatch": wanted}})
            self._address += f"/{session['sessionId']}"
            # The window counts its frame; what is asked for is the page's own size.
            inside = self.run("return [innerWidth, innerHeight]")
            size = {"width": 2 * width - inside[0], "height": 2 * height - inside[1]}
            self._ask("POST", "/window/rect", size)
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_) -> None:
        try:
            self._ask("DELETE", "")
        finally:
            self._end()

    def motion(self, wanted: bool) -> None:
        """Whether pages opened from now on see a user who wants things to move, or one who has asked for less of it."""
        preference = {"name": "prefers-reduced-motion", "value": "no-preference" if wanted else "reduce"}
        self._ask(
            "POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {"features": [preference]}}
        )

    def open(self, path: Path) -> None:
        """Load a file; returns when all of it is there."""
        self._ask("POST", "/url", {"url": path.resolve().as_uri()})

    def run(self, script: str, *arguments):
        """What a piece of JavaScript returns; it sees what the page's scripts see."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait_for(self, condition: str, seconds: float = 10) -> None:
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + seconds
        while not self.run(f"return Boolean({condition})"):
            if time.monotonic() > end:
                raise AssertionError(f"after {seconds} seconds this is still not so: {condition}")
            time.sleep(0.02)

    def point(self, x: float, y: float, click: bool = False) -> None:
        """Move the mouse to a place of the window and, if asked to, click."""
        steps = [{"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)}]
        if click:
            steps += [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        self._ask("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": steps}]})

    def drag(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """Press the mouse at one place and let it go at another."""
        places = [(x, y), ((x + to_x) / 2, (y + to_y) / 2), (to_x, to_y)]
        moves = [{"type": "pointerMove", "duration": 0, "x": round(a), "y": round(b)} for a, b in places]
        steps = [moves[0], {"type": "pointerDown", "button": 0}, *moves[1:], {"type": "pointerUp", "button": 0}]
        self._ask("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": steps}]})

    def scroll(self, x: float, y: float, down: int) -> None:
        """Turn the wheel over a place; a negative number turns it away from the user."""
        step = {"type": "scroll", "x": round(x), "y": round(y), "deltaX": 0, "deltaY": down, "duration": 0}
        self._ask("POST", "/actions", {"actions": [{"type": "wheel", "id": "wheel", "actions": [step]}]})

    def press(self, keys: str) -> None:
        """Type keys, one after the other, into whatever has the keyboard."""
        steps = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._ask("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": steps}]})

    def click(self, selector: str) -> None:
        """Click the middle of an element, as a mouse would."""
        box = self.run(
            "const b = document.querySelector(arguments[0]).getBoundingClientRect(); return [b.x + b.width / 2, "
            "b.y + b.height / 2]",
            selector,
        )
        self.point(*box, click=True)

    def complaints(self) -> list[str]:
        """What the browser has logged since it was last asked: errors, blocked requests, warnings."""
        return [line["message"] for line in self._ask("POST", "/se/log", {"type": "browser"})]

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._ask("GET", "/screenshot")))

    def _ask(self, method: str, path: str, body: dict | None = None):
        request = urllib.request.Request(
            self._address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
        )
        try:
            # The driver is on this machine: no proxy stands before it.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            told = json.load(error)["value"]
            raise RuntimeError(f"{told['error']}: {told['message']}") from error

    def _end(self) -> None:
        self._driver.terminate()
        self._driver.wait(timeout=20)
        self._driver.stdout.close()

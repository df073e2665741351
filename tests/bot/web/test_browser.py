"""The page in Chromium; skipped where it is not installed."""

import os
import shutil
from pathlib import Path

import pytest
from selenium import webdriver

CHROMIUM, DRIVER = (shutil.which(name) for name in ("chromium", "chromedriver"))
AXE = os.environ.get("AXE_CORE")  # axe.min.js of the npm package axe-core
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing leaves
)
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="no chromium with chromedriver is installed"
)
NARROW, WIDE = (320, 640), (1_200, 900)


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for option in OPTIONS:
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


def show(browser, link, size, scheme):
    """Open a link with a screen size and a colour scheme."""
    browser.get_log("browser")
    media = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": media})
    width, height = size
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
    )
    browser.get("about:blank")
    browser.get(link)
    if folder := os.environ.get("SCREENSHOTS"):
        name = f"{link.rpartition('/read/')[2][:24]}-{width}-{scheme}.png"
        browser.save_screenshot(str(Path(folder) / name.replace("?", "-")))


def background(browser):
    return browser.execute_script("return getComputedStyle(document.body).background")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize(
    "question", ["How much is a ticket?", "How steep is the slipway?", "Sunday hours?"]
)
def test_what_is_cited_is_in_sight_and_nothing_is_amiss(
    pages, browser, question, size, scheme
):
    show(browser, pages.link(question), size, scheme)
    top, bottom, height, overflow = browser.execute_script(
        "const box = document.querySelector('mark').getBoundingClientRect();"
        "return [box.top, box.bottom, innerHeight, document.body.scrollWidth"
        " - innerWidth]"
    )
    assert 0 <= top < bottom <= height
    assert overflow <= 0, "nobody has to scroll sideways"
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible(pages, browser, scheme):
    if AXE is None:
        pytest.skip("AXE_CORE does not name axe.min.js, of the npm package axe-core")
    show(browser, pages.link("How much is a ticket?"), NARROW, scheme)
    # Our own policy lets no other script in; the driver's are outside of it.
    browser.execute_script(Path(AXE).read_text())
    found = browser.execute_async_script("axe.run().then(arguments[0])")
    assert found["passes"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found["violations"]] == []


def test_the_colours_of_telegram_are_taken_over(pages, browser):
    theme = (
        "%7B%22bg_color%22%3A%22%23101820%22%2C%22text_color%22%3A%22%23f0f0f0%22%7D"
    )
    link = f"{pages.link('How much is a ticket?')}&tgWebAppThemeParams={theme}"
    show(browser, link, NARROW, "light")
    assert "rgb(16, 24, 32)" in background(browser)
    assert browser.execute_script("return document.documentElement.dataset.theme") == (
        "dark"
    )
    assert browser.get_log("browser") == []


def test_it_is_readable_without_scripts(pages, browser):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        show(browser, pages.link("How steep is the slipway?"), NARROW, "light")
    finally:
        browser.execute_cdp_cmd(
            "Emulation.setScriptExecutionDisabled", {"value": False}
        )
    top, height = browser.execute_script(
        "return [document.querySelector('mark').getBoundingClientRect().top, "
        "innerHeight]"
    )
    assert 0 <= top < height, "the link itself leads to it"


def test_it_prints_in_black_on_white_even_from_the_dark(pages, browser):
    show(browser, pages.link("How much is a ticket?"), WIDE, "dark")
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"media": "print", "features": features}
    )
    try:
        assert "rgb(255, 255, 255)" in background(browser)
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_the_keyboard_reaches_the_quotation_first(pages, browser):
    show(browser, pages.link("How much is a ticket?").partition("#")[0], WIDE, "light")
    first = browser.execute_script(
        "return document.querySelector('a, [tabindex=\"0\"]').getAttribute('href')"
    )
    assert first == "#cited"

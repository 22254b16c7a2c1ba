"""Going through a page by the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MOST_STEPS = 60


def tab_to(page: Page, wanted: Locator) -> None:
    """Go on by the tabulator to what is wanted, which must then show that it has the focus."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    expect(page.locator(":focus-visible, .drop:has(:focus-visible)").first).to_have_css("outline-style", "solid")

"""What must never happen while a page is used, whatever a test looks at: errors of its scripts, of its policy, of the server."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy violated: ${event.violatedDirective} by ${event.blockedURI || "inline"}`));
"""
# A refused form answers 409 or 422 on purpose; Chromium writes that to its console too.
_REFUSAL = "Failed to load resource: the server responded with a status of 4"
# A request is given up when a newer one takes its place, or when its answer is a download.
_GIVEN_UP = "net::ERR_ABORTED"


class Watch:
    """Collects what went wrong in every page of a context."""

    def __init__(self, context: BrowserContext) -> None:
        self.found: list[str] = []
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(_REFUSAL):
            self.found.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _error(self, error: WebError) -> None:
        self.found.append(f"script: {error.error}")

    def _failed(self, request: Request) -> None:
        if request.failure != _GIVEN_UP:
            self.found.append(f"not answered: {request.method} {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        wanted = response.request.resource_type in {"document", "fetch", "xhr"}
        if response.status >= 500 or (response.status >= 400 and not wanted):
            self.found.append(f"{response.status}: {response.request.method} {response.url}")

    def assert_quiet(self) -> None:
        """Fail with everything that was found."""
        found, self.found = self.found, []
        assert not found, "\n".join(["While this page was used:", *found])

// Has the browser keep the scan page, so that it opens without a network. Browsers do this over https, and on the computer itself, only.

export async function keepPage(form) {
  if (!navigator.serviceWorker) return false;
  try {
    await navigator.serviceWorker.register("/stock-counts/worker.js");
    const { active } = await navigator.serviceWorker.ready;
    const used = performance.getEntriesByType("resource").map((one) => new URL(one.name));
    const files = used.filter((one) => one.origin === location.origin && one.pathname.startsWith("/static/")).map((one) => one.pathname);
    const channel = new MessageChannel();
    const answered = new Promise((resolve) => (channel.port1.onmessage = (event) => resolve(event.data)));
    active.postMessage({ keep: [...new Set([location.pathname, form.dataset.expected, ...files])] }, [channel.port2]);
    return await answered;
  } catch {
    return false;
  }
}

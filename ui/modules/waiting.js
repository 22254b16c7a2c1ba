// Waiting: for a while, for a reader, and between one time and the next.

/** Wait, but no longer than until the browser has a network again. */
export function pause(milliseconds) {
  const over = AbortSignal.timeout(milliseconds);
  return new Promise((resolve) => {
    over.addEventListener("abort", resolve);
    addEventListener("online", resolve, { signal: over });
  });
}

/** Wait until somebody sees the page. */
export function seen() {
  if (!document.hidden) return null;
  return new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
}

/** Do something for ever while somebody sees the page, each time so long after the time before has ended. */
export async function regularly(milliseconds, work) {
  for (;;) {
    await pause(milliseconds());
    await seen();
    await work();
  }
}

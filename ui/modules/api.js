// The public HTTP API, which has the same address as the pages.

const PREFIX = new URL("../../api/v1", import.meta.url).pathname;
const ANSWER_MILLISECONDS = 60_000;

/** An answer that is no success: `problem` is what the API says of it (RFC 9457), `later` after how many seconds it may be asked again, or 0. */
export class Refused extends Error {
  constructor(status, problem, later = 0) {
    super(problem.detail ?? problem.title ?? String(status));
    this.status = status;
    this.problem = problem;
    this.later = later;
  }
}

/** The address of a path below /api/v1, with the parameters that have a value. */
export function address(path, parameters = {}) {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const query = new URLSearchParams(given).toString();
  return PREFIX + path + (query && `?${query}`);
}

/** Ask the API; the JSON that it answers, or null for 204. Throws Refused, or another error where there is no answer. */
export async function ask(path, { method = "GET", parameters, body, patience } = {}) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const answer = await answerOf(address(path, parameters), { method, headers, body: JSON.stringify(body) }, patience);
  return answer.status === 204 ? null : answer.json();
}

/** Ask whether there is what a path leads to, whatever it is, without reading it. Throws as `ask` does. */
export async function probe(path) {
  await answerOf(address(path), { headers: { Range: "bytes=0-0" }, cache: "no-store" });
}

async function answerOf(url, request, patience = ANSWER_MILLISECONDS) {
  const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(patience) });
  if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => ({})));
  return answer;
}

/** What comes of asking: the answer and null, or null and why there is none. */
export function outcome(asked) {
  return asked.then(
    (answer) => [answer, null],
    (failure) => [null, failure],
  );
}

/** Whether nothing more is done on a task. */
export function hasEnded(task) {
  return ["completed", "failed", "cancelled"].includes(task.status);
}

/** A key by which the API knows what is sent again: the same recording, and not another. */
export function idempotencyKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Send a recording's bytes to the streaming endpoint; `progress` gets the share that has been sent.
 * Resolves to the API's answer. Throws Refused, or a TypeError where the connection broke.
 */
export function send(file, fields, key, progress) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
  form.append("file", file);
  const request = new XMLHttpRequest(); // fetch does not tell how much it has sent
  return new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onerror = () => reject(new TypeError("the connection broke"));
    request.onload = () => {
      const answer = read(request.responseText);
      if (request.status < 300) resolve(answer);
      else reject(new Refused(request.status, answer, Number(request.getResponseHeader("Retry-After")) || 0));
    };
    request.open("POST", address("/transcribe"));
    request.setRequestHeader("Idempotency-Key", key);
    request.send(form);
  });
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

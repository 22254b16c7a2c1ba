// Recordings on their way: a few are sent at once, the rest waits in turn, and each is followed to its protocol.

import { idempotencyKey, Refused, send } from "./api.js";
import { follow } from "./following.js";
import { places } from "./places.js";
import { session } from "./session.js";
import { pause } from "./waiting.js";

/** `all` that was put in, the newest first; `changed` is called whenever one of them gets on. */
export function outbox(changed) {
  const all = [];
  const waiting = [];
  const taken = new Set(); // of the places: where we send, or stand in line

  /** Take files, which have the same fields. */
  function put(files, fields) {
    const batch = [...files].map((file) => ({ file, fields, key: idempotencyKey(), share: null, later: null, taskId: null, task: null, failure: null }));
    all.unshift(...batch);
    for (const one of batch) if (isTooLarge(one.file)) one.failure = new Refused(413, { code: "too_large" });
    wait(batch.filter(({ failure }) => !failure));
  }

  /** Have what has failed wait once more. */
  function again(one) {
    Object.assign(one, { share: null, failure: null });
    wait([one]);
  }

  function wait(batch) {
    waiting.push(...batch);
    changed();
    for (const place of places) if (!taken.has(place)) sendIn(place);
  }

  /** Send in a place for as long as anything waits; between two, another tab may have its turn. */
  async function sendIn(place) {
    taken.add(place);
    while (waiting.length) await place(() => waiting.length && deliver(waiting.shift()));
    taken.delete(place);
  }

  async function deliver(one) {
    await patiently(one).then(
      ({ task_id: taskId }) => {
        update(one, { taskId });
        follow(taskId, (task) => update(one, { task, failure: null }), (failure) => update(one, { failure }));
      },
      (failure) => update(one, { failure }),
    );
  }

  /** Send until the API has time for it: it says how long that is, during which nobody else is to have the place. */
  async function patiently(one) {
    const progress = (share) => update(one, { share, later: null });
    for (;;) {
      progress(0);
      try {
        return await send(one.file, one.fields, one.key, progress);
      } catch (failure) {
        if (failure.status !== 429 || !failure.later) throw failure;
        update(one, { later: failure });
        await pause(1000 * failure.later);
      }
    }
  }

  function update(one, news) {
    Object.assign(one, news);
    changed();
  }

  return { all, put, again, isSending: () => all.some(({ taskId, failure }) => !taskId && !failure) };
}

/** Whether a file need not be sent to be refused. */
function isTooLarge({ size }) {
  return session.max_upload_bytes !== null && size > session.max_upload_bytes;
}

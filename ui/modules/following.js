// Follows tasks by asking for them again and again: all of a page's by one timer and one after another, so that however
// many there are, the few connections that a browser allows are free for the rest of what the page does.

import { ask, hasEnded, outcome } from "./api.js";
import { pause, seen } from "./waiting.js";

const PAUSE_MILLISECONDS = 1500;
const LONGEST_PAUSE_MILLISECONDS = 15_000;
const ANSWER_MILLISECONDS = 20_000;
const PATIENCE = 2;

const followed = new Set();
let silences = 0; // how often in a row the server has not answered
let isGoing = false;

/**
 * Follow a task: `tell` gets it again and again until it has ended. `miss` gets why it cannot be told: once where there
 * is no such task, and again and again while the server does not answer, until `tell` is called anew. Returns how to stop.
 */
export function follow(taskId, tell, miss = () => {}) {
  const one = { taskId, tell, miss };
  followed.add(one);
  look(one);
  if (!isGoing) go();
  return () => followed.delete(one);
}

async function go() {
  isGoing = true;
  for (;;) {
    await pause(Math.min(PAUSE_MILLISECONDS * 2 ** silences, LONGEST_PAUSE_MILLISECONDS));
    await seen();
    if (!followed.size) break;
    await lookAround();
  }
  isGoing = false;
}

/** Look at all, as far as the server answers. */
async function lookAround() {
  let failure = null;
  for (const one of followed) if ((failure = await look(one))) break;
  silences = failure ? silences + 1 : 0;
  if (silences >= PATIENCE) for (const { miss } of followed) miss(failure);
}

/** Look at one task; why the server has not answered, if so. */
async function look(one) {
  const [task, failure] = await outcome(ask(`/tasks/${one.taskId}`, { patience: ANSWER_MILLISECONDS }));
  if (!followed.has(one)) return null;
  if (failure && failure.status !== 404) return failure;
  if (failure || hasEnded(task)) followed.delete(one);
  if (failure) one.miss(failure);
  else one.tell(task);
  return null;
}

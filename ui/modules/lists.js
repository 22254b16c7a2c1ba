// Lists that are read page by page.

import { html, nothing } from "./vendor/lit-html/lit-html.js";
import { outcome } from "./api.js";
import { awaited } from "./state.js";
import { say } from "./wording.js";

/**
 * A list of the API's: `ask(cursor)` asks for a page, `id` tells an item from the others, `when` the moment by
 * which a list that is refreshed goes, latest first; `changed` is called whenever the list is another. Its `items` are null until they are known, which is awaited after the first question; `failure` is why they
 * cannot be known just now.
 */
export function listOf({ ask, id, when, changed }) {
  const list = { items: null, next: null, failure: null, isAwaited: false, load, more, refresh };
  let questions = 0; // of the reader's: the answer to any but the last comes too late
  let isReading = false;

  /** Read it from its beginning. */
  function load() {
    put({ isAwaited: !list.items && !list.failure });
    return read(null, { items: null, next: null });
  }

  /** Read the next page, once however often it is asked for. */
  async function more() {
    if (!isReading) await read(list.next, {});
  }

  async function read(cursor, otherwise) {
    const question = ++questions;
    isReading = true;
    const news = await ask(cursor).then(
      (page) => ({ items: cursor ? joined(list.items, page.items) : page.items, next: page.next_cursor, failure: null }),
      (failure) => ({ ...otherwise, failure }),
    );
    if (question !== questions) return;
    isReading = false;
    put({ ...news, isAwaited: false });
  }

  /** Put in front what has come meanwhile, and have `renew` look again at each of those behind the first page. */
  async function refresh(renew = (item) => item) {
    if (isReading) return;
    const question = questions;
    const [first, failure] = await outcome(ask());
    const behind = [];
    for (const item of first ? older(first) : []) behind.push(await renew(item));
    if (question !== questions) return;
    if (failure) put({ failure });
    else put({ items: [...first.items, ...behind], next: behind.length ? list.next : first.next_cursor, failure: null });
  }

  /** The items behind a new first page: what should be on it and is not has been deleted. */
  function older(first) {
    if (!first.next_cursor) return [];
    const last = new Date(when(first.items.at(-1)));
    const isOlder = (item) => new Date(when(item)) <= last;
    return joined(first.items, list.items ?? []).slice(first.items.length).filter(isOlder);
  }

  function joined(before, after) {
    const there = new Set(before.map(id));
    return [...before, ...after.filter((item) => !there.has(id(item)))];
  }

  function put(news) {
    Object.assign(list, news);
    changed();
  }

  return list;
}

/** What a list has, by `some`; the word for none where it has none, or that it is still awaited. */
export function listed({ items, isAwaited }, some, none) {
  if (items === null) return isAwaited ? awaited() : nothing;
  return items.length ? some(items) : html`<p class="empty" role="status">${say(none)}</p>`;
}

/** The button that asks for a list's next page, where there is one. */
export function more({ next, more: read }) {
  return next ? html`<button class="more" @click=${read}>${say("more")}</button>` : nothing;
}

// What a reader wants to see of a list: it stands in the page's address, so that links and the way back lead to it.

/** What an address or a form asks for, by these names: whatever else links carry is not for the API. */
export function wantedIn(query, names) {
  const given = new URLSearchParams(query);
  return Object.fromEntries(names.filter((name) => given.get(name)).map((name) => [name, given.get(name)]));
}

/** Have the page's address say what is wanted. */
export function keepWanted(wanted) {
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value)).toString();
  history.replaceState(null, "", location.pathname + (query && `?${query}`));
}

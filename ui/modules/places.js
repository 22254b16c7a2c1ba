// The places in which recordings are sent: a browser allows six connections to a server, of which pages must be left some.

const SHARED = 3;
const OWN = 2;

/**
 * Each place as what does work as soon as it is free. All the browser's tabs share the places, where it has locks: it has
 * none where the pages come over plain HTTP from another machine.
 */
export const places = navigator.locks ? all(SHARED, shared) : all(OWN, () => (work) => work());

function all(count, made) {
  return Array.from({ length: count }, (_, place) => made(place));
}

function shared(place) {
  return (work) => navigator.locks.request(`callscribe.sending.${place}`, work);
}

// Lights the word under the playhead and keeps it in sight while the recording plays.

const PAUSE_SECONDS = 0.5;
const COVERED_PIXELS = 80; // by the player, which stays in sight; `scroll-margin` in style.css

/**
 * What an `audio` element's events `play` and `seeked` are to call, for the words in `place`. Who has scrolled away is
 * left where they are until they seek.
 */
export function lights(place) {
  const words = place.getElementsByClassName("word"); // live: what is drawn anew is in it
  let [lit, last] = [null, null];

  function show(player, sought) {
    const word = wordAt(words, player.currentTime);
    if (word === lit) return;
    if (word && (sought || (last && isInSight(last)))) word.scrollIntoView({ block: "nearest" });
    lit?.classList.remove("lit");
    word?.classList.add("lit");
    [lit, last] = [word, word ?? last];
  }

  function follow(player) {
    show(player, false);
    if (!player.paused) requestAnimationFrame(() => follow(player));
  }

  return { play: (event) => follow(event.target), seeked: (event) => show(event.target, true) };
}

function isInSight(word) {
  const { top, bottom } = word.getBoundingClientRect();
  return bottom > COVERED_PIXELS && top < innerHeight;
}

/** The last word that has begun, if it has not ended long ago: words stand in the order of their beginnings. */
function wordAt(words, second) {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(words[middle].dataset.start) <= second) low = middle + 1;
    else high = middle;
  }
  const word = words[low - 1];
  return word && second <= Number(word.dataset.end) + PAUSE_SECONDS ? word : null;
}

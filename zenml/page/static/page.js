"use strict";
// Nothing here is needed: it shows times in the reader's zone, follows the slider, says what is new, and knows a few keys.

const slider = document.querySelector("input[type=range]");
slider?.addEventListener("pointerup", () => slider.form.requestSubmit());

for (const time of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(time.dateTime);
  time.textContent = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

const news = document.querySelector(".news");
if (news) {
  const { after, run } = news.dataset;
  const one = run ? "The run has ended. Show how." : "Something new happened. Show it.";
  let source;
  const say = (event) => {
    const way = document.createElement("a");
    way.href = run ? location.href : "/";
    way.textContent = event.data === "1" ? one : `${event.data} new changes. Show them.`;
    news.replaceChildren(way);
  };
  // a browser has six connections to a page: tabs that nobody sees must not hold them
  const follow = () => {
    source?.close();
    if (document.hidden) return;
    source = new EventSource(`/live?${new URLSearchParams(run ? { run } : { after })}`);
    source.onmessage = say;
  };
  follow();
  addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => source?.close());
}

// software that types what is said would press them by chance: WCAG 2.1, 2.1.4
const keys = document.querySelector(".keys");
const keysAreOn = () => keys && localStorage.getItem("keys") !== "off";
if (keys) {
  const button = keys.firstElementChild;
  const show = () => button.setAttribute("aria-pressed", keysAreOn());
  button.addEventListener("click", () => {
    localStorage.setItem("keys", keysAreOn() ? "off" : "on");
    show();
  });
  show();
  keys.hidden = false;
}

const ways = [...document.querySelectorAll(".timeline h2 a")];
addEventListener("keydown", (event) => {
  if (!keysAreOn() || event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, textarea")) return;
  if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (!search) return;
    search.closest("details").open = true;
    search.focus();
    event.preventDefault();
  } else if (event.key === "j" || event.key === "k") {
    const at = ways.indexOf(document.activeElement);
    ways[event.key === "j" ? at + 1 : Math.max(at - 1, 0)]?.focus();
  } else if (event.key === "u") {
    const chosen = ways.find((way) => way === document.activeElement);
    const undo = chosen ? `${chosen.pathname}/undo` : document.querySelector("a.undo")?.href;
    if (undo) location.assign(undo);
  }
});

// The guide's search, the choice of a language for samples, and their copy buttons. Pages can be read without it.

const INDEX = "/docs/search.json";
const MOST = 12;
const EXCERPT = 150;

/** The entries of the index that have every word of a query, best first. */
export function find(entries, query) {
  const words = query.toLowerCase().split(/[^\p{L}\p{N}_.-]+/u).filter(Boolean);
  if (!words.length) return [];
  return entries
    .map((entry, place) => ({ entry, place, score: score(entry, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.place - b.place)
    .slice(0, MOST)
    .map(({ entry }) => ({ ...entry, excerpt: excerpt(entry.text, words) }));
}

function score(entry, words) {
  const title = entry.title.toLowerCase(), page = entry.page.toLowerCase(), text = entry.text.toLowerCase();
  let sum = 0;
  for (const word of words) {
    const found = (title === word ? 40 : 0) + (title.split(/\s+/).some((each) => each.startsWith(word)) ? 12 : 0)
      + (title.includes(word) ? 8 : 0) + (page.includes(word) ? 3 : 0) + Math.min(text.split(word).length - 1, 4);
    if (!found) return 0;
    sum += found;
  }
  return sum;
}

function excerpt(text, words) {
  const places = words.map((word) => text.toLowerCase().indexOf(word)).filter((place) => place >= 0);
  const start = Math.max(0, Math.min(...places, text.length) - 40);
  const shown = places.length ? text.slice(start, start + EXCERPT) : text.slice(0, EXCERPT);
  return (places.length && start ? "…" : "") + shown.trim() + (text.length > start + EXCERPT ? "…" : "");
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function searchBox() {
  const input = document.getElementById("search"), list = document.getElementById("found");
  let index = null;
  const load = () => (index ??= fetch(INDEX).then((answer) => answer.json()));
  const show = async () => {
    const entries = await load(), query = input.value;
    const hits = find(entries, query);
    if (query !== input.value) return;
    list.replaceChildren(...hits.map((hit) => element("a", { href: hit.path },
      element("strong", {}, hit.title), element("small", {}, hit.page), element("span", {}, hit.excerpt))));
    if (!hits.length && query.trim()) list.replaceChildren(element("p", {}, `Nothing has “${query.trim()}”.`));
    list.hidden = !query.trim();
  };
  const step = (by) => {
    const all = [input, ...list.querySelectorAll("a")], place = all.indexOf(document.activeElement);
    all[Math.min(Math.max(place + by, 0), all.length - 1)]?.focus();
  };
  input.hidden = false;
  input.addEventListener("focus", load);
  input.addEventListener("input", show);
  document.addEventListener("keydown", (event) => {
    const isInside = input.parentElement.contains(document.activeElement);
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) { event.preventDefault(); input.focus(); }
    else if (!isInside) return;
    else if (event.key === "Escape") { list.hidden = true; input.focus(); }
    else if (event.key === "ArrowDown") { event.preventDefault(); step(1); }
    else if (event.key === "ArrowUp") { event.preventDefault(); step(-1); }
    else if (event.key === "Enter" && document.activeElement === input) list.querySelector("a")?.click();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#found a") || !input.parentElement.contains(event.target)) list.hidden = true;
  });
}

function kept() {
  try { return localStorage.getItem("language"); } catch { return null; }
}

function choose(language) {
  try { localStorage.setItem("language", language); } catch { /* a browser that keeps nothing */ }
  for (const group of document.querySelectorAll(".samples")) {
    const samples = [...group.querySelectorAll("figure")];
    const chosen = samples.find((each) => each.dataset.language === language) ?? samples[0];
    for (const each of samples) each.hidden = each !== chosen;
    for (const tab of group.querySelectorAll("[role=tab]")) {
      tab.setAttribute("aria-selected", String(tab.dataset.language === chosen.dataset.language));
    }
  }
}

function samples() {
  for (const group of document.querySelectorAll(".samples")) {
    const figures = [...group.querySelectorAll("figure")];
    const tabs = figures.map((figure) => {
      const tab = element("button", { type: "button", role: "tab", "data-language": figure.dataset.language },
        figure.dataset.name);
      tab.addEventListener("click", () => {
        const before = group.getBoundingClientRect().top;
        choose(figure.dataset.language);
        scrollBy(0, group.getBoundingClientRect().top - before);
      });
      return tab;
    });
    group.prepend(element("div", { role: "tablist", "aria-label": "Language of the sample" }, ...tabs));
    group.classList.add("tabbed");
  }
  choose(kept() ?? "sh");
  for (const figure of document.querySelectorAll("figure.code:not(.output)")) {
    const button = element("button", { type: "button", class: "copy" }, "Copy");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(figure.querySelector("code").textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    if (globalThis.navigator?.clipboard) figure.append(button);
  }
}

if (globalThis.document) {
  const isOldLink = location.pathname === "/docs" && location.hash.startsWith("#/"); // the reference was here once
  if (isOldLink) location.replace(`/docs/reference${location.hash}`);
  searchBox();
  samples();
}

"use strict";
// Search, filter and sort. Without it the page is one long page, and nothing is missing.
const field = document.getElementById("search");
const count = document.getElementById("count");
const found = [...document.querySelectorAll(".find")];
const mentions = new Map();
for (const each of document.querySelectorAll("[data-of]")) {
  const name = each.dataset.of;
  if (!mentions.has(name)) mentions.set(name, []);
  mentions.get(name).push(each);
}
const texts = new Map();
const textOf = (each) => {
  if (!texts.has(each)) {
    const plan = each.querySelector(".drawing");
    const text = plan ? each.textContent.replace(plan.textContent, "") : each.textContent;
    texts.set(each, `${each.id} ${text}`.toLowerCase());
  }
  return texts.get(each);
};

const words = () => field.value.toLowerCase().split(/\s+/).filter(Boolean);

const show = () => {
  const asked = words();
  const kind = document.querySelector("[name=kind]:checked").value;
  const counts = { statements: 0, tables: 0 };
  for (const each of found) {
    const fits = (!kind || each.classList.contains(kind)) && asked.every((word) => textOf(each).includes(word));
    each.hidden = !fits;
    for (const mention of mentions.get(each.id) || []) mention.hidden = !fits;
    if (fits && each.matches(".table")) counts.tables += 1;
    else if (fits && each.matches("article")) counts.statements += 1;
  }
  for (const group of document.querySelectorAll("nav details, .source, #statements, #tables, #entries")) {
    group.hidden = !group.querySelector(".find:not([hidden]), [data-of]:not([hidden])");
  }
  for (const part of document.querySelectorAll("#picture, main > header")) part.hidden = asked.length > 0;
  count.value = asked.length || kind ? `${counts.statements} statements, ${counts.tables} tables` : "";
};

const sort = (heading) => {
  const table = heading.closest("table");
  const body = table.tBodies[0];
  const row = heading.parentElement;
  const place = [...row.cells].indexOf(heading);
  const down = heading.getAttribute("aria-sort") !== "descending";
  const value = (line) => {
    let at = 0;
    for (const cell of line.cells) {
      if (place < at + cell.colSpan) return cell.dataset.v !== undefined ? +cell.dataset.v : heading.classList.contains("n") ? -1 : cell.textContent;
      at += cell.colSpan;
    }
    return -1;
  };
  const order = (a, b) => (typeof a === "string" ? a.localeCompare(b) : b - a);
  const lines = [...body.rows].sort((a, b) => (down ? 1 : -1) * order(value(a), value(b)));
  for (const cell of row.cells) cell.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  body.append(...lines);
};

document.querySelector("form").hidden = false;
document.querySelector(".script").hidden = false;
field.addEventListener("input", show);
document.querySelector("form").addEventListener("change", show);
document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const shown = found.filter((each) => !each.hidden);
  const first = shown.find((each) => words().every((word) => each.id.includes(word))) || shown[0];
  if (first) location.hash = first.id;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== field) {
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "Escape" && field.value) {
    field.value = "";
    show();
  }
});
// A link to what the search hides shows it again.
window.addEventListener("hashchange", () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.closest("[hidden]")) {
    field.value = "";
    document.querySelector("[name=kind][value='']").checked = true;
    show();
    target.scrollIntoView();
  }
});
for (const heading of document.querySelectorAll(".index thead tr:last-child th")) {
  heading.tabIndex = 0;
  heading.addEventListener("click", () => sort(heading));
  heading.addEventListener("keydown", (event) => event.key === "Enter" && sort(heading));
}

// The page is complete without this. With it, tables sort by a click on a heading: numbers by their data-value, texts by the language's order,
// cells without a value last in either order. A second click reverses the order.
"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = Array.from(table.tHead.rows[0].cells);
  const body = table.tBodies[0];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      const isNumber = head.classList.contains("number");
      const key = (row) => {
        const cell = row.cells[column];
        const text = isNumber ? cell.dataset.value : cell.textContent;
        return text === "" ? null : isNumber ? Number(text) : text;
      };
      const compare = (a, b) => {
        const x = key(a), y = key(b);
        if (x === null || y === null) return (x === null) - (y === null);
        const order = isNumber ? x - y : x.localeCompare(y, undefined, { numeric: true });
        return descending ? -order : order;
      };
      body.append(...Array.from(body.rows).sort(compare));
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    });
  });
}
for (const hint of document.querySelectorAll(".sort-hint")) hint.hidden = false;

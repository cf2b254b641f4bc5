// Opens FOLDER/report.html as a person would, from a file, and checks what only a browser can tell.
//   node browser.mjs FOLDER CHROMIUM       leaves light.png, dark.png, narrow.png and report.pdf in FOLDER
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, executablePath] = process.argv.slice(2);
const { chromium } = createRequire(path.resolve(folder, "x.js"))("playwright-core");

let failed = 0, passed = 0;
function check(holds, what) {
  if (holds) passed++;
  else {
    failed++;
    console.log(`failed: ${what}`);
  }
}

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage({ viewport: { width: 1120, height: 900 } });
const complaints = [], requests = [];
page.on("console", (message) => {
  if (["error", "warning"].includes(message.type())) complaints.push(message.text());
});
page.on("pageerror", (error) => complaints.push(String(error)));
page.on("request", (request) => requests.push(request.url()));

const url = pathToFileURL(path.resolve(folder, "report.html")).href;
await page.goto(url);
const others = requests.filter((one) => one !== url && !one.startsWith("data:"));
check(others.length === 0, `the page asks for ${others}`);

// --- everything is there
for (const id of ["overview", "workload-0", "workload-1", "workload-2", "together", "single", "verdicts", "history", "trust",
  "machine", "method"])
  check(await page.locator(`section#${id}`).count() === 1, `section ${id}`);
for (const href of await page.locator("nav a").evaluateAll((all) => all.map((a) => a.getAttribute("href"))))
  check(await page.locator(href).count() === 1, `the contents lead to ${href}`);

const figures = await page.locator("figure").evaluateAll((all) => all.map((figure) => {
  const svg = figure.querySelector("svg"), box = svg?.getBoundingClientRect();
  return {
    id: figure.id,
    width: box?.width ?? 0,
    height: box?.height ?? 0,
    shapes: svg?.querySelectorAll("path, rect, circle, use").length ?? 0,
    words: svg?.textContent ?? "",
    named: svg?.querySelector(":scope > title")?.textContent ?? "",
  };
}));
const expected = [];
for (const i of [0, 1]) for (const name of ["speedup", "distributions", "heatmap", "runs", "time"]) expected.push(name + i);
expected.push("speedup2", "regret0", "growth0", "history0");
for (const id of expected) {
  const figure = figures.find((one) => one.id === id);
  check(figure && figure.width > 200 && figure.height > 90 && figure.shapes > 5, `figure ${id} is drawn`);
  check(figure && figure.named !== "", `figure ${id} has a name for those who cannot see it`);
  check(figure && !figure.words.includes("no data"), `figure ${id} has data`);
}
const cores = await page.locator("#machine-picture .core").evaluateAll((all) => all.map((one) => one.getBoundingClientRect()));
check(cores.length === 4 && cores.every((one) => one.width > 60 && one.height > 30), "the machine has its four cores");
check(await page.locator("#machine-picture [role=img]").getAttribute("aria-label") !== "", "the machine can be heard");
const ids = await page.evaluate(() => Array.from(document.querySelectorAll("[id]"), (one) => one.id));
check(new Set(ids).size === ids.length, "every id is there once");
const lost = await page.evaluate(() => Array.from(document.querySelectorAll("use"))
  .filter((one) => !document.getElementById(one.getAttribute("href").slice(1))).length);
check(lost === 0, `${lost} marks without a shape`);

// --- sorting
const column = async (table, index) => page.locator(`#${table} tbody tr`).evaluateAll(
  (rows, at) => rows.map((row) => ({ value: row.cells[at].dataset.value, text: row.cells[at].textContent })), index);
const isAscending = (values) => values.every((value, i) => i === 0 || values[i - 1] <= value);
for (const [table, index] of [["configurations-0", 2], ["configurations-0", 4], ["configurations-0", 6], ["verdict-table", 4]]) {
  const button = page.locator(`#${table} thead th`).nth(index).locator("button");
  await button.click();
  const up = await column(table, index);
  const numbers = (cells) => cells.map((cell) => cell.value).filter((value) => value !== "").map(Number);
  check(numbers(up).length > 2 && isAscending(numbers(up)), `${table} column ${index} ascends after a click`);
  check(await page.locator(`#${table} thead th`).nth(index).getAttribute("aria-sort") === "ascending", `${table} says so`);
  await button.click();
  const down = await column(table, index);
  check(isAscending(numbers(down).reverse()), `${table} column ${index} descends after another`);
  for (const cells of [up, down]) {
    const empty = cells.findIndex((cell) => cell.value === "");
    check(empty === -1 || cells.slice(empty).every((cell) => cell.value === ""), `${table}: empty cells come last`);
  }
}
await page.locator("#configurations-0 thead th").first().locator("button").focus();
await page.keyboard.press("Enter");
const words = (await column("configurations-0", 0)).map((cell) => cell.text);
const collator = new Intl.Collator("en", { numeric: true });
check(words.length > 2 && words.every((word, i) => i === 0 || collator.compare(words[i - 1], word) <= 0),
  "texts sort, by keyboard too");

// --- texts of the store stay texts
check(await page.locator("main script, main b").count() === 0, "no element came from the store's texts");

// --- schemes, widths, paper
const luminance = (colour) => {
  const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((part) => {
    const c = Number(part) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};
await page.reload();
for (const scheme of ["light", "dark"]) {
  await page.emulateMedia({ colorScheme: scheme });
  const colours = await page.evaluate(() => {
    const style = (selector) => getComputedStyle(document.querySelector(selector));
    const tick = Array.from(document.querySelectorAll("#speedup0 svg text")).find((one) => /^\s*1\s*$/.test(one.textContent));
    return {
      page: style("body").backgroundColor,
      text: style("body").color,
      quiet: style(".note").color,
      card: style("figure").backgroundColor,
      tick: getComputedStyle(tick.parentElement).fill,
    };
  });
  check((luminance(colours.page) < 0.2) === (scheme === "dark"), `${scheme}: the page's background`);
  check(contrast(colours.page, colours.text) > 7, `${scheme}: text stands out`);
  check(contrast(colours.page, colours.quiet) > 4.5, `${scheme}: notes stand out`);
  check(contrast(colours.card, colours.tick) > 7, `${scheme}: a plot's numbers stand out`);
  await page.screenshot({ path: path.join(folder, `${scheme}.png`), fullPage: true });
}
await page.emulateMedia({ colorScheme: "light" });
for (const width of [1120, 800, 390]) {
  await page.setViewportSize({ width, height: 900 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  check(over <= 0, `${width} pixels wide: ${over} too many`);
  const hidden = await page.evaluate(() => {
    const box = document.querySelector("#overview .table");
    return box.scrollWidth - box.clientWidth;
  });
  check(hidden <= 0 || width < 1100, `${width} pixels wide: ${hidden} pixels of the overview are out of sight`);
}
await page.screenshot({ path: path.join(folder, "narrow.png"), fullPage: true });
const small = await page.evaluate(() => Math.min(...Array.from(document.querySelectorAll(".plot text"), (one) =>
  parseFloat(getComputedStyle(one).fontSize) * one.ownerSVGElement.getBoundingClientRect().width / one.ownerSVGElement.viewBox.baseVal.width)));
check(small >= 8, `the smallest words of plots are ${small} pixels high on a narrow screen`);
await page.setViewportSize({ width: 1120, height: 900 });
await page.emulateMedia({ media: "print" });
check(!(await page.locator("nav").isVisible()), "no contents on paper");
await page.pdf({ path: path.join(folder, "report.pdf"), format: "A4" });

// --- CI servers show reports with scripts blocked: nothing but sorting is lost
const still = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
await still.goto(url);
const words_of = async (one) => (await one.locator("main").innerText()).replace(/\s+/g, " ");
await page.emulateMedia({ media: "screen" });
check(await words_of(still) === (await words_of(page)).replaceAll(" Click a heading to sort.", ""),
  "the page says the same without scripts");
check(await still.locator("thead button").count() === 0, "without scripts headings are no buttons");
check(await still.locator("svg.plot").count() === figures.filter((one) => one.shapes > 0).length, "plots need no scripts");

check(complaints.length === 0, `the console says: ${complaints.join("; ")}`);
await browser.close();
console.log(`${passed} checks passed, ${failed} failed; pictures in ${folder}`);
process.exit(failed === 0 ? 0 : 1);

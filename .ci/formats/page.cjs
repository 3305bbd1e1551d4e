// Opens pages in Chromium: page.cjs CHROMIUM PAGE…
//
// On each, light and dark, wide and narrow: axe finds no violation, nothing is
// asked of the network, the console is silent, the filter works, and without
// scripts every verdict is still there.
"use strict";
const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const looks = [
  { name: "light", colorScheme: "light", viewport: { width: 1200, height: 900 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1200, height: 900 } },
  { name: "narrow", colorScheme: "light", viewport: { width: 360, height: 780 } },
];

const open = async (browser, file, look, wrong) => {
  const context = await browser.newContext(look);
  const page = await context.newPage();
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) wrong.push(`asks for ${request.url()}`);
  });
  page.on("console", (message) => wrong.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`script: ${error.message}`));
  page.on("dialog", (dialog) => { wrong.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(pathToFileURL(file).href);
  return { context, page };
};

const check = async (browser, file) => {
  const wrong = [];
  const expected = JSON.parse(fs.readFileSync(file.replace(/\.html$/, ".json"), "utf8")).subjects.length;
  for (const look of looks) {
    const { context, page } = await open(browser, file, look, wrong);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => axe.run(document));
    for (const violation of violations) {
      wrong.push(`${look.name}: ${violation.id}: ${violation.nodes[0].html}`);
    }
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    if (sideways) wrong.push(`${look.name}: the page scrolls sideways`);
    await context.close();
  }
  const { context, page } = await open(browser, file, looks[0], wrong);
  const shown = () => page.locator(".trail:not([hidden])").count();
  await page.fill("[name=words]", "no trail is called this");
  await page.waitForFunction(() => document.querySelector("#filter output").textContent);
  if (await shown() !== 0) wrong.push("the search hides nothing");
  await context.close();

  const plain = await open(browser, file, { ...looks[0], javaScriptEnabled: false }, wrong);
  const trails = await plain.page.locator(".trail").count();
  if (trails !== expected) wrong.push(`${trails} verdicts without scripts, ${expected} in JSON`);
  if (await plain.page.locator("#filter").isVisible()) wrong.push("a filter that can't work is shown");
  await plain.context.close();
  return wrong;
};

(async () => {
  const [executablePath, ...files] = process.argv.slice(2);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  let failed = 0;
  for (const file of files) {
    const wrong = await check(browser, file);
    for (const what of wrong) console.log(`${path.basename(file)}: ${what}`);
    failed += wrong.length > 0;
  }
  await browser.close();
  console.log(`HTML: ${files.length} pages in ${browser.version()}, ${failed} with something wrong`);
  process.exit(failed || !files.length ? 1 : 0);
})();

// Looks at every page of the Monitor in Chromium, as people do: node pages.mjs FOLDER [FOLDER FOR SCREENSHOTS].
// Ends with 1 and a line for each thing that is wrong. Needs nothing but the files: pages are opened from the disk.
import { chromium } from 'playwright-core';
import { readFileSync, readdirSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const folder = path.resolve(process.argv[2] ?? '.');
const screenshots = process.argv[3];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const widths = [320, 768, 1280];
const faults = [];
let looks = 0;

const pages = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.html')).sort();
if (pages.length === 0) {
  console.error(`no pages in ${folder}`);
  process.exit(64);
}
const fault = (name, what) => faults.push(`${name}: ${what}`);

/// Runs in the page: everything about how it is laid out and drawn that axe does not see.
const measure = () => {
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parse = (text) => (text.match(/[\d.]+/g) ?? []).slice(0, 4).map(Number);
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const white = [255, 255, 255];
  const found = [];
  if (document.documentElement.scrollWidth > window.innerWidth) {
    found.push(`scrolls sideways: ${document.documentElement.scrollWidth} px in ${window.innerWidth}`);
  }
  for (const shape of document.querySelectorAll('svg.chart rect, svg.chart line:not(.edge), svg.chart text')) {
    const style = getComputedStyle(shape);
    const isText = shape.tagName === 'text';
    const isTrack = shape.classList.contains('track');
    const colour = parse(shape.tagName === 'line' || isTrack ? style.stroke : style.fill);
    const ratio = contrast(colour, white);
    if (ratio < (isText ? 4.5 : 3)) {
      found.push(`contrast of ${shape.getAttribute('class')} is ${ratio.toFixed(2)}`);
    }
    const box = shape.getBoundingClientRect();
    if (isText && shape.textContent !== '' && (box.left < -1 || box.right > document.documentElement.clientWidth + 1)) {
      found.push(`'${shape.textContent}' is drawn outside the page`);
    }
  }
  // A line across a bar needs a white edge to be seen on it.
  for (const line of document.querySelectorAll('svg.chart line.goal, svg.chart line.expected')) {
    const edge = line.previousElementSibling;
    if (!edge?.classList.contains('edge') || parseFloat(getComputedStyle(edge).strokeWidth) < parseFloat(getComputedStyle(line).strokeWidth) + 4) {
      found.push(`a line '${line.getAttribute('class')}' has no edge`);
    }
  }
  // Numbers above columns may not run into one another.
  for (const chart of document.querySelectorAll('svg.chart')) {
    const boxes = [...chart.querySelectorAll('text')].filter((one) => one.textContent !== '')
      .map((one) => [one.textContent, one.getBoundingClientRect()]);
    for (let i = 0; i < boxes.length; ++i) {
      for (let j = i + 1; j < boxes.length; ++j) {
        const [a, b] = [boxes[i][1], boxes[j][1]];
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
          && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4) {
          found.push(`'${boxes[i][0]}' and '${boxes[j][0]}' overlap`);
        }
      }
    }
    if (!chart.querySelector('title')?.textContent || !chart.querySelector('desc')?.textContent) {
      found.push('a chart has no title or no description');
    }
  }
  return found;
};

const look = async (page, name, width, script) => {
  const label = `${name} at ${width} px${script ? '' : ' without scripts'}`;
  ++looks;
  for (const what of await page.evaluate(measure)) {
    fault(label, what);
  }
  if (script) {
    await page.evaluate(axe);
    const result = await page.evaluate(() => window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
    for (const violation of result.violations) {
      fault(label, `${violation.id}: ${violation.help} (${violation.nodes[0].html.slice(0, 120)})`);
    }
  }
};

/// Tab goes through everything that can be used, in the order in which it stands, and each shows that it has the focus.
const tab_through = async (page, name) => {
  const wanted = await page.evaluate(() => [...document.querySelectorAll('a[href], [tabindex="0"], summary')].length);
  let last = -1;
  for (let i = 0; i < wanted; ++i) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const all = [...document.querySelectorAll('a[href], [tabindex="0"], summary')];
      const style = getComputedStyle(document.activeElement);
      const box = document.activeElement.getBoundingClientRect();
      return { place: all.indexOf(document.activeElement), outline: style.outlineStyle, seen: box.width > 1 && box.left > -10 };
    });
    if (at.place !== last + 1) {
      fault(name, `Tab goes from ${last} to ${at.place} of ${wanted}`);
      return;
    }
    if (at.outline === 'none' || !at.seen) {
      fault(name, `what has the focus (${at.place}) does not show it`);
    }
    last = at.place;
  }
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
try {
  for (const script of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled: true, locale: 'nl-NL' });
    const requests = [];
    context.on('request', (request) => requests.push(request.url()));
    const page = await context.newPage();
    for (const name of pages) {
      for (const width of script ? widths : [320]) {
        await page.setViewportSize({ width, height: 800 });
        if (!script) {
          // What a page's own scripts would do, is not done: what is seen must be all there is.
          await page.route('**/*.js', (route) => route.abort());
        }
        await page.goto(`file://${path.join(folder, name)}`);
        await look(page, name, width, script);
      }
      if (script && (!name.includes('/') || name.endsWith('g0.html') || name.endsWith('p2.html'))) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.goto(`file://${path.join(folder, name)}`);
        await tab_through(page, name);
        // At four times the size the page is as wide as a telephone.
        const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
        const sheets = (pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length;
        if (pdf.length < 5000 || sheets === 0) {
          fault(name, 'does not print');
        }
        if (name.includes('bijlage') && sheets > 3) {
          fault(name, `the annex takes ${sheets} sheets`);
        }
        if (screenshots) {
          mkdirSync(screenshots, { recursive: true });
          for (const width of [320, 1280]) {
            await page.setViewportSize({ width, height: 900 });
            await page.screenshot({ path: path.join(screenshots, `${name.replace(/\W/g, '_')}_${width}.png`), fullPage: true });
          }
        }
      }
    }
    for (const url of requests) {
      if (!url.startsWith('file:') && !url.startsWith('data:')) {
        fault('requests', url);
      }
    }
    await context.close();
  }
} finally {
  await browser.close();
}
for (const each of faults.slice(0, 100)) {
  console.log(each);
}
console.log(`${pages.length} pages, looked at ${looks} times, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);

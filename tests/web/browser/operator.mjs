// Looks at every page for operators in Chromium, as people do, at a real service: node operator.mjs BUILD [SCREENSHOTS].
// Follows the links from the first page on. Ends with 1 and a line for each thing that is wrong.
import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { secret, start, user } from './service.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
// The browser's library is that of the pages of the Monitor.
const library = createRequire(path.join(root, 'tests/monitor/browser/package.json'));
const { chromium } = library('playwright-core');
const axe = readFileSync(library.resolve('axe-core/axe.min.js'), 'utf8');
const build = path.resolve(process.argv[2] ?? 'build/dev');
const screenshots = process.argv[3];
const widths = [320, 768, 1280];
const pages_max = 40;
const of_one_form_max = 2; // /runs/1, /runs/2 ...
const faults = [];
let looks = 0;
const fault = (where, what) => { if (faults.push(`${where}: ${what}`) <= 100) console.log(faults.at(-1)); };

/// Runs in the page: what axe does not see.
const measure = () => {
  const found = [];
  if (document.documentElement.scrollWidth > window.innerWidth) {
    const wide = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1 && !one.closest('.breed'));
    found.push(`scrolls sideways: ${document.documentElement.scrollWidth} px in ${window.innerWidth} (${wide.slice(0, 3).map((one) => one.tagName + '.' + one.className).join(', ')})`);
  }
  for (const picture of document.querySelectorAll('svg')) {
    if (picture.getAttribute('role') !== 'img' || !(picture.getAttribute('aria-label') || picture.querySelector('title')?.textContent)) {
      found.push('a picture says nothing in words');
    }
  }
  for (const field of document.querySelectorAll('button, select, input:not([type=hidden]), textarea')) {
    const box = field.getBoundingClientRect();
    if (box.width > 0 && (box.width < 24 || box.height < 24)) {
      found.push(`${field.tagName} '${field.textContent.slice(0, 30)}' is ${box.width.toFixed()} by ${box.height.toFixed()} px`);
    }
  }
  for (const one of document.querySelectorAll('[style], [onclick], script:not([src])')) {
    found.push(`${one.tagName} has what the policy forbids`);
  }
  return found;
};

/// Tab goes through all that can be used, in the order in which it stands, and each shows that it has the focus.
const tab_through = async (page, where) => {
  const usable = 'a[href], button, select, textarea, summary, [tabindex="0"], input:not([type=hidden]):not([type=radio]), input[type=radio]:checked';
  const wanted = await page.evaluate((which) => [...document.querySelectorAll(which)].filter((one) => one.checkVisibility()).length, usable);
  let last = -1;
  for (let i = 0; i < Math.min(wanted, 60); ++i) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate((which) => {
      const all = [...document.querySelectorAll(which)].filter((one) => one.checkVisibility());
      const style = getComputedStyle(document.activeElement);
      const box = document.activeElement.getBoundingClientRect();
      return { place: all.indexOf(document.activeElement), outline: style.outlineStyle, seen: box.width > 1 && box.left > -10,
        what: document.activeElement.outerHTML.slice(0, 80) };
    }, usable);
    if (at.place !== last + 1) {
      fault(where, `Tab goes from ${last} to ${at.place} of ${wanted} (${at.what})`);
      return;
    }
    if (at.outline === 'none' || !at.seen) {
      fault(where, `what has the focus does not show it (${at.what})`);
    }
    last = at.place;
  }
};

/// Needs no script in the page: it is looked at from outside, at once.
const look_plainly = async (page, where) => {
  for (const what of await page.evaluate(measure)) {
    fault(where, what);
  }
};

/// axe waits for timers of the page, which never ring where scripts are off: such a page is looked at plainly, and by axe in a
/// browser that only refuses our scripts.
const look = async (page, where) => {
  ++looks;
  await look_plainly(page, where);
  await page.evaluate(axe);
  const result = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  for (const violation of result.violations) {
    fault(where, `${violation.id}: ${violation.help} (${violation.nodes[0].html.slice(0, 120)})`);
  }
};

/// Goes by keyboard to what the selector means, as somebody would who sees no mouse.
const tab_to = async (page, selector, where) => {
  for (let i = 0; i < 300; ++i) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return true;
    await page.keyboard.press('Tab');
  }
  fault(where, `Tab does not come to ${selector}`);
  return false;
};
const press = async (page, key) => { await Promise.all([page.waitForNavigation({ timeout: 30000 }), page.keyboard.press(key)]); };
const status_of = (page) => page.evaluate(() => document.querySelector('[role=status]')?.textContent ?? '');

/// What an operator does, by keyboard alone; `seen` looks at each page that comes of it.
const work = async (page, script, seen) => {
  const where = `acting${script ? '' : ' without scripts'}`;
  const open = async (address) => { await page.goto(service.origin + address); };
  const done = async (what, expected) => {
    const status = await status_of(page);
    if (!expected.test(status)) fault(where, `${what}: the page says '${status.trim().slice(0, 80)}'`);
    await seen(page, `${what}, ${where}`);
  };
  await open('/quarantaine');
  await tab_to(page, 'a[href^="/quarantaine/groep"]', where);
  await press(page, 'Enter');
  await seen(page, `group, ${where}`);
  if (await tab_to(page, 'button[value=opnieuw]', where)) {
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('bron hersteld');
    await page.keyboard.press('Tab');
    await press(page, 'Enter');
    await done('tried again', /opnieuw geprobeerd/);
  }
  if (await tab_to(page, 'form[action$=bekijk] button', where)) {
    await press(page, 'Enter');
    await seen(page, `as it came, ${where}`);
    await page.goBack();
  }
  await open('/quarantaine');
  await tab_to(page, 'a[href^="/quarantaine/groep"]', where);
  await press(page, 'Enter');
  if (await tab_to(page, 'li button[value=weg]', where)) {
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('dubbel');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await press(page, 'Enter');
    await done('dropped', /weggegooid/);
  }
  await open('/beoordelen');
  if (!await page.evaluate(() => document.querySelector('button[value=zelfde]') !== null)) {
    fault(where, 'there is no pair to judge');
    return;
  }
  for (const [value, key, expected] of [['anders', '2', /Vastgelegd/], ['terug', 'u', /teruggenomen/], ['later', '3', /liggen/]]) {
    if (script) {
      await press(page, key);
    } else if (await tab_to(page, `button[value=${value}]`, where)) {
      await press(page, 'Enter');
    }
    await done(value, expected);
  }
};

const form_of = (address) => address.replace(/=[^&]*/g, '=N').replace(/\d+/g, 'N');
const is_page = (address) => !/^\/(monitor|api|metrics|health|livez|readyz|startupz|opmaak|toetsen)/.test(address) && !/[?&]taal=/.test(address) && !/\.[a-z]{2,4}$/.test(address);

const service = await start(build, root, 200);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const headers = { 'X-Remote-User': user, 'X-Ketensync-Proxy': secret };
const seen = [];
try {
  for (const script of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled: script, locale: 'nl-NL', extraHTTPHeaders: headers });
    context.setDefaultTimeout(60000);
    const page = await context.newPage();
    page.on('request', (request) => { if (!request.url().startsWith(service.origin) && !request.url().startsWith('data:')) fault('requests', request.url()); });
    page.on('console', (message) => { if (message.type() === 'error') fault(page.url(), message.text().slice(0, 200)); });
    const waiting = script ? ['/', '/quarantaine', '/beoordelen'] : [...seen];
    let looked = 0;
    const forms = new Map();
    for (let i = 0; i < waiting.length && looked < pages_max; ++i) {
      const address = waiting[i];
      const form = form_of(address);
      if (script) {
        forms.set(form, (forms.get(form) ?? 0) + 1);
        if (forms.get(form) > of_one_form_max) continue;
      }
      ++looked;
      for (const width of script ? widths : [320]) {
        await page.setViewportSize({ width, height: 800 });
        const answer = await page.goto(service.origin + address);
        const where = `${address} at ${width} px${script ? '' : ' without scripts'}`;
        if (answer.status() !== 200) {
          fault(where, `answers ${answer.status()}`);
          break;
        }
        await (script ? look : look_plainly)(page, where);
      }
      if (!script) continue;
      seen.push(address);
      for (const link of await page.evaluate(() => [...document.querySelectorAll('a[href]')].map((one) => new URL(one.href)).filter((to) => to.origin === location.origin).map((to) => to.pathname + to.search))) {
        if (is_page(link) && !waiting.includes(link)) waiting.push(link);
      }
      if (forms.get(form) > 1) continue;
      await page.goto(service.origin + address);
      await tab_through(page, address);
      if (screenshots) {
        mkdirSync(screenshots, { recursive: true });
        for (const width of [320, 1280]) {
          await page.setViewportSize({ width, height: 900 });
          await page.screenshot({ path: path.join(screenshots, `${form.replace(/\W/g, '_')}_${width}.png`), fullPage: true });
        }
      }
    }
    await context.close();
  }
  // What is done, with scripts, and without; axe looks at what came of it in a browser that refuses our script only.
  for (const script of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled: script, locale: 'nl-NL', extraHTTPHeaders: headers });
    const page = await context.newPage();
    await work(page, script, async (at, where) => {
      for (const width of widths) {
        await at.setViewportSize({ width, height: 800 });
        await (script ? look : look_plainly)(at, `${where} at ${width} px`);
      }
    });
    await context.close();
  }
  {
    const context = await browser.newContext({ locale: 'nl-NL', extraHTTPHeaders: headers });
    await context.route('**/*.js', (route) => route.abort());
    const page = await context.newPage();
    for (const address of seen.filter((one) => /^\/(quarantaine|beoordelen|$)/.test(one))) {
      for (const width of widths) {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(service.origin + address);
        await look(page, `${address} at ${width} px with its script refused`);
      }
    }
    await context.close();
  }
  // In English as well, for a browser that asks for it.
  const context = await browser.newContext({ locale: 'en-GB', extraHTTPHeaders: headers });
  const page = await context.newPage();
  const group = seen.find((one) => one.startsWith('/quarantaine/groep'));
  for (const address of ['/', '/runs', '/tijdlijn', '/planning', '/configuratie', '/quarantaine', group, '/beoordelen']) {
    await page.goto(service.origin + address);
    const language = await page.evaluate(() => document.documentElement.lang);
    if (language !== 'en') fault(address, `speaks ${language} to somebody who asks for English`);
    const dutch = await page.evaluate(() => / (het|een|niet|zijn|van de) /.exec([...document.querySelectorAll('main h1, main h2, main button, main caption, main summary, main th[scope=col]')].filter((one) => !one.closest('[lang=nl]')).map((one) => one.textContent).join(' '))?.[0]);
    if (dutch) fault(address, `says '${dutch}' to somebody who asks for English`);
    await look(page, `${address} in English`);
  }
  await page.goto(`${service.origin}/?taal=nl`);
  await page.goto(`${service.origin}/planning`);
  if (await page.evaluate(() => document.documentElement.lang) !== 'nl') fault('/planning', 'forgot that somebody chose Dutch');
  await context.close();
  // Every state that the first page knows is there: otherwise nobody looked at it.
  const first = await (await fetch(`${service.origin}/`)).text();
  for (const state of ['vastgehouden', 'mislukt', 'te laat', 'met apart gezette', 'wordt nu gelezen', 'nog niet gelezen', 'gepauzeerd', '<strong>in orde</strong>']) {
    if (!first.includes(state)) fault('/', `nothing is '${state}'`);
  }
  for (const guarded of ['/tijdlijn', '/configuratie']) {
    const status = (await fetch(service.origin + guarded)).status;
    if (status !== 403) fault(guarded, `answers ${status} to whom no proxy names`);
  }
} finally {
  await browser.close();
  await service.end();
}
console.log(`${seen.length} pages (${seen.map(form_of).filter((one, i, all) => all.indexOf(one) === i).join(' ')}), looked at ${looks} times, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);

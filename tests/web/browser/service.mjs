// A real service for the browser to look at: the simulated region with its sources, and beside it one source for each state
// that the first page knows. Ends what it started.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const user = 'anna';
export const secret = 'what-the-proxy-shows-here';

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/// A line of an SRG file, of one person.
const srg = (bsn, number) => `20260110gws1.0         04020402${String(bsn).padStart(9)}198005062000000000${'0'}${String(number).padEnd(15)}3020240101000000000000\r\n`;

/// Somebody who looks for work, as UWV tells it.
const werkzoekende = (number) => ({ idWerkzoekende: `WZ${number}`, naam: { geslachtsnaam: 'Jansen' }, geboortedatum: '1980-01-01',
  datumInschrijving: '2025-02-03', gewijzigd: '2026-01-05T09:30:00Z' });

const source_over_http = (title, port, more) => `title = "${title}"
connector = "rest"
powers = ["gebruiker"]
[rest]
address = "http://127.0.0.1:${port}"
[rest.auth]
by = "bearer"
secret = "token"
[[feed]]
name = "werkzoekenden"
mapping = "uwv-werkzoekenden"
reads = "complete"
path = "/werkzoekenden"
[feed.paging]
by = "page_number"
page_parameter = "pagina"
size_parameter = "omvang"
size = 50
first = 1
more = "volgende"
${more}`;

const source_of_files = (title, folder, more) => `title = "${title}"
connector = "files"
powers = ["gebruiker"]
[files]
folder = "${folder}"
settle = "1ms"
[[feed]]
name = "srg"
mapping = "srg"
reads = "periods"
files = "*.txt"
period = "srg_{period}.txt"
${more}`;

/// Starts everything; gives where the pages are, and how to end it.
export const start = async (build, root, persons) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ketensync-pages-'));
  const children = [];
  const servers = [];
  const end = async () => {
    for (const child of children.reverse()) {
      child.kill('SIGTERM');
      await new Promise((done) => (child.exitCode !== null || child.signalCode !== null ? done() : child.once('exit', done)));
    }
    servers.forEach((server) => { server.closeAllConnections?.(); server.close(); });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await begin(build, root, persons, folder, children, servers)), end };
  } catch (error) {
    await end();
    throw error;
  }
};

const begin = async (build, root, persons, folder, children, servers) => {
  const region = path.join(folder, 'region');
  const program = path.join(build, 'daemon/commands/ketensync');
  const simulated = spawn(path.join(build, 'tests/region/ketensync_region'), [`--persons=${persons}`, '--seed=4', '--months=2',
    '--die-with-parent', `--folder=${region}`, `--mappings=${root}/mappings`], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(simulated);
  await new Promise((done, failed) => { simulated.stdout.once('data', done); simulated.once('exit', () => failed(new Error('the region did not start'))); });

  // A source that answers at once, one that never gets ready, and one that says it is not well.
  let pages = 2;
  const answer = (request, response) => {
    const page = Number(new URL(request.url, 'http://localhost').searchParams.get('pagina'));
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ pagina: page, volgende: page < pages, werkzoekenden: Array.from({ length: 50 }, (_, i) => werkzoekende(page * 50 + i)) }));
  };
  const listen = async (handler) => {
    const server = createServer(handler);
    servers.push(server);
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    return server.address().port;
  };
  const quick = await listen(answer);
  const slow = await listen((_, response) => { // says something all the time, and never comes to the point
    response.setHeader('Content-Type', 'application/json');
    const more = setInterval(() => response.write(' '.repeat(4000)), 500);
    response.once('close', () => clearInterval(more));
  });
  const ill = await listen((_, response) => { response.statusCode = 500; response.end('no'); });

  const sources = path.join(region, 'conf/sources.d');
  const write = (name, text) => writeFileSync(path.join(sources, `${name}.toml`), text);
  const drop = (name) => { const made = path.join(folder, name); mkdirSync(made); return made; };
  const [set_aside, paused, never] = [drop('apart'), drop('pauze'), drop('nooit')];
  writeFileSync(path.join(set_aside, 'srg_202601.txt'), srg('123456782', 1) + srg('123456789', 2) + srg('111222333', 3) + srg('123456783', 4) + srg('123456784', 5));
  writeFileSync(path.join(paused, 'srg_202601.txt'), srg('123456782', 1));
  write('voorbeeld-apart', source_of_files('Gemeente met een fout in de levering', set_aside, ''));
  write('voorbeeld-pauze', source_of_files('Gemeente die verhuist', paused, '[feed.schedule]\nevery = "15m"\n'));
  write('voorbeeld-nooit', source_of_files('Gemeente die nog moet beginnen', never, ''));
  write('voorbeeld-vast', source_over_http('UWV met een halve levering', quick, ''));
  write('voorbeeld-mislukt', source_over_http('UWV dat niet antwoordt', ill, ''));
  write('voorbeeld-bezig', source_over_http('UWV dat lang nadenkt', slow, '[feed.schedule]\nevery = "1h"\n'));
  write('voorbeeld-laat', source_over_http('UWV dat moet wachten', quick, '[feed.schedule]\nevery = "2s"\n'));
  const secrets = path.join(region, 'secrets');
  for (const [name, content] of [['token', 'not-secret'], ['web-proxy', secret]]) {
    writeFileSync(path.join(secrets, name), content, { mode: 0o400 });
  }
  const port = await new Promise((done) => { const server = createServer().listen(0, '127.0.0.1', () => { const free = server.address().port; server.close(() => done(free)); }); });
  const origin = `http://localhost:${port}`;
  const config = path.join(region, 'conf/ketensync.toml');
  const plain = readFileSync(config, 'utf8').replace(/\n\[web\][^[]*/, '\n');
  const limits = 'parallel_feeds = 1\nattempts_max = 1\nrequest_timeout = "10m"\npage_timeout = "10m"\n'; // who waits for a slow one is late
  const with_limits = /\[limits\]/.test(plain) ? plain.replace('[limits]', `[limits]\n${limits}`) : `${plain}\n[limits]\n${limits}`;
  writeFileSync(config, `${with_limits}\n[web]\naddress = "127.0.0.1:${port}"\norigin = "${origin}"\nsecret = "web-proxy"\n[web.users]\n${user} = ["operate", "review", "publish"]\n`);

  // Never waits in this thread: the sources over HTTP answer from it.
  const run = (...words) => new Promise((done) => {
    const child = spawn(program, [`--config=${config}`, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (bytes) => { text += bytes; });
    child.stderr.on('data', (bytes) => { text += bytes; });
    child.once('close', (code) => done({ code, text }));
  });
  const must = async (codes, ...words) => {
    const done = await run(...words);
    if (!codes.includes(done.code)) {
      throw new Error(`${words.join(' ')} ended with ${done.code}: ${done.text.slice(-2000)}`);
    }
  };
  const names = readdirSync(sources).map((name) => name.replace('.toml', '')).filter((name) => !name.startsWith('voorbeeld'));
  for (const name of [...names, 'voorbeeld-apart', 'voorbeeld-pauze', 'voorbeeld-vast', 'voorbeeld-laat']) {
    await must(name.startsWith('voorbeeld') ? [0, 3] : [0, 3, 65], `--sync=${name}`, '--quiet'); // a small region has sources with nothing to tell
  }
  pages = 0; // one page, of fifty: more than half of it is gone
  for (let i = 0; i < 3; ++i) {
    await must([65, 69, 75, 76, 77, 3], '--sync=voorbeeld-vast', '--quiet', '--reason=nog eens, na overleg');
  }
  await must([65, 69, 76], '--sync=voorbeeld-mislukt', '--quiet');
  pages = 2;
  const until = new Date(Date.now() + 3 * 86400e3).toISOString().slice(0, 10);
  await must([0], '--pause=voorbeeld-pauze', `--until=${until}`, '--reason=zij verhuizen');
  await must([0], '--publish');

  const service = spawn(program, [`--config=${config}`], { stdio: ['ignore', 'inherit', 'inherit'] });
  children.push(service);
  for (let i = 0; ; ++i) {
    try {
      if ((await fetch(`${origin}/readyz`)).status !== 0) break;
    } catch (error) {
      if (i > 200 || service.exitCode !== null) throw new Error('the service does not answer');
    }
    await wait(50);
  }
  await wait(7000); // until one that waits behind another is late
  return { origin, config, folder, run };
};

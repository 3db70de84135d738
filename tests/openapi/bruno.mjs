// The collection in deploy/bruno, request by request, against `trial-cds serve` on this machine; each request asserts
// something.   bruno.mjs PROGRAM
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { onThisMachine } from './service.mjs';

const here = (path) => new URL(path, import.meta.url).pathname;
const COLLECTION = here('../../deploy/bruno');

const requests = readdirSync(COLLECTION, { recursive: true })
  .filter((name) => name.endsWith('.bru') && !name.startsWith('environments/'));
for (const name of requests)
  assert.match(readFileSync(`${COLLECTION}/${name}`, 'utf8'), /^assert \{\n.*res\.status: eq /ms, name);

const service = await onThisMachine(process.argv[2]);
const run = spawn(
  process.execPath,
  [here('node_modules/@usebruno/cli/bin/bru.js'), 'run', '-r', '--env', 'this-machine', '--env-var', `base=${service.base}`],
  { cwd: COLLECTION, stdio: ['ignore', 'pipe', 'inherit'] },
);
let said = '';
run.stdout.on('data', (text) => (said += text));
const status = await new Promise((resolve) => run.on('exit', resolve));
assert.equal(await service.stop(), 0, 'the service ended well');
console.log(said);
assert.equal(status, 0, 'every assertion held');
const ran = said.match(/Requests\D+(\d+)/);
assert.equal(Number(ran?.[1]), requests.length, 'every request was made');

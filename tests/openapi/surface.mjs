// docs/openapi.yaml against a service that runs: the document is sound; every example is answered as it says, with a
// body that fits; every documented status but those of our own faults is seen, and no other; what the schema of a body
// requires, the service requires.   surface.mjs PROGRAM
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { BODY_LIMIT, PER_MINUTE, configured } from './service.mjs';

const here = (path) => new URL(path, import.meta.url).pathname;
const FILE = here('../../docs/openapi.yaml');
const METHODS = ['get', 'post'];
// Nobody can bring these about from outside; tests of each part do.
const UNPROVOKED = ['500', '503'];
// The example's card was made nowhere, so no report on it is kept, and none is one too many.
const UNPROVOKED_BY_THE_EXAMPLE = ['giveFeedback 429'];

const lint = spawnSync(
  process.execPath,
  [here('node_modules/@redocly/cli/bin/cli.js'), 'lint', '--config', here('redocly.yaml'), FILE],
  { encoding: 'utf8', env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } },
);
assert.equal(lint.status, 0, lint.stdout + lint.stderr);

const document = parse(readFileSync(FILE, 'utf8'));
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'openapi', ...document }, 'openapi', false, false);

const resolved = (node) => {
  if (!node.$ref) return node;
  return node.$ref.slice(2).split('/').reduce((at, name) => at[name], document);
};
const fits = (schema, value) => {
  const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi#/')));
  return validate(value) ? '' : ajv.errorsText(validate.errors);
};

// The record of the first example is what the tenant's FHIR server holds; the document names that server by another
// address.
const FHIR_SERVER = 'https://fhir.north.example/r4';
const [first] = Object.values(
  document.paths['/cds-services/{service}'].post.requestBody.content['application/json'].examples,
);
const service = await configured(process.argv[2], first.value.prefetch);
const sent = (value) => JSON.stringify(value).replaceAll(FHIR_SERVER, service.fhir);
const failures = [];
const seen = new Set();
let calls = 0;

// One call, whose answer is one that the operation documents.
async function call(operation, { path = operation.path, status, ...request }) {
  const name = `${operation.method} ${path} (${request.what})`;
  const headers = { ...request.headers };
  if (operation.secured && !request.withoutToken) headers.authorization = `Bearer ${service.token(path.split('?')[0])}`;
  if (request.body !== undefined) headers['content-type'] ??= 'application/json';
  const url = (operation.admin ? service.admin : service.base) + path;
  const answer = await fetch(url, { method: operation.method.toUpperCase(), headers, body: request.body });
  const body = await answer.text();
  ++calls;
  seen.add(`${operation.id} ${answer.status}`);
  const problem = judge(operation, answer, body, status);
  if (problem) failures.push(`${name}: ${problem}`);
  return answer;
}

function judge(operation, answer, body, status) {
  if (status !== undefined && answer.status !== status) return `${answer.status} instead of ${status}: ${body}`;
  const documented = operation.responses[answer.status];
  if (!documented) return `${answer.status} is not documented: ${body}`;
  const { content, headers = {} } = resolved(documented);
  for (const [name, header] of Object.entries(headers)) {
    const value = answer.headers.get(name);
    if (value === null ? header.required : fits(header.schema, value)) return `the header ${name} is ${value}`;
  }
  if (!content) return body === '' ? '' : `a body where none is documented: ${body}`;
  const type = answer.headers.get('content-type')?.split(';')[0];
  if (!content[type]) return `${type} is not documented`;
  const wrong = fits(content[type].schema, type === 'application/json' ? JSON.parse(body) : body);
  return wrong && `the body does not fit: ${wrong} in ${body}`;
}

const operations = Object.entries(document.paths).flatMap(([pattern, item]) =>
  METHODS.filter((method) => item[method]).map((method) => {
    const operation = item[method];
    const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolved);
    const filled = (value) =>
      parameters.filter(({ in: place }) => place === 'path')
        .reduce((path, { name, example }) => path.replace(`{${name}}`, value ?? example), pattern);
    return {
      id: operation.operationId,
      method,
      path: filled(),
      elsewhere: parameters.some(({ in: place }) => place === 'path') ? filled('nothing-of-this-id') : `${pattern}-not`,
      queries: parameters.filter(({ in: place }) => place === 'query').map(({ name, example }) => `?${name}=${example}`),
      admin: item.servers !== undefined,
      secured: (operation.security ?? document.security).length > 0,
      responses: operation.responses,
      body: operation.requestBody?.content['application/json'],
      documented: METHODS.filter((other) => item[other]).map((other) => other.toUpperCase()),
    };
  }),
);

async function callForReading(operation) {
  for (const query of ['', ...operation.queries])
    for (const type of Object.keys(resolved(operation.responses['200']).content)) {
      const answer = await call(operation, {
        what: `as ${type}`, status: 200, path: operation.path + query, headers: { accept: type },
      });
      if (!answer.headers.get('content-type')?.startsWith(type)) failures.push(`${operation.id}: not ${type}`);
    }
}

const required = (schema) => {
  const { required: own = [], allOf = [] } = resolved(schema);
  return [...own, ...allOf.flatMap(required)];
};

// Until it is too much.
async function callTooOften(operation) {
  const [[, { value }]] = Object.entries(operation.body.examples);
  for (let count = 0; count < 2 * PER_MINUTE; ++count)
    if ((await call(operation, { what: 'again', body: sent(value) })).status === 429) return;
}

async function callWithBodies(operation) {
  const examples = Object.entries(operation.body.examples);
  for (const [name, { value, 'x-status': status }] of examples)
    await call(operation, { what: name, status, body: sent(value) });
  const [, { value: whole }] = examples[0];
  for (const name of required(operation.body.schema)) {
    const { [name]: _, ...rest } = whole;
    await call(operation, { what: `without ${name}`, status: 400, body: sent(rest) });
  }
  await call(operation, { what: 'no JSON', status: 400, body: '{' });
  const text = { 'content-type': 'text/plain' };
  await call(operation, { what: 'text', status: 415, body: '{}', headers: text });
  await call(operation, { what: 'too long', status: 413, body: `"${'x'.repeat(BODY_LIMIT)}"` });
}

async function callByOtherMethods(operation) {
  for (const method of ['PUT', 'DELETE']) {
    const headers = operation.secured ? { authorization: `Bearer ${service.token(operation.path)}` } : {};
    const url = (operation.admin ? service.admin : service.base) + operation.path;
    const answer = await fetch(url, { method, headers });
    ++calls;
    const allowed = answer.headers.get('allow')?.split(', ').filter((one) => one !== 'HEAD' && one !== 'OPTIONS');
    if (answer.status !== 405 || String(allowed) !== String(operation.documented))
      failures.push(`${method} ${operation.path}: ${answer.status}, Allow ${allowed}`);
  }
}

for (const operation of operations) {
  if (operation.body) await callWithBodies(operation);
  else await callForReading(operation);
  if (operation.responses['404']) await call(operation, { what: 'elsewhere', status: 404, path: operation.elsewhere });
  if (operation.secured) await call(operation, { what: 'no token', status: 401, withoutToken: true, body: operation.body && '{}' });
  await callByOtherMethods(operation);
}
for (const operation of operations) {
  if (operation.responses['429'] && !UNPROVOKED_BY_THE_EXAMPLE.includes(`${operation.id} 429`)) await callTooOften(operation);
  const unseen = Object.keys(operation.responses)
    .filter((status) => !seen.has(`${operation.id} ${status}`) && !UNPROVOKED.includes(status))
    .filter((status) => !UNPROVOKED_BY_THE_EXAMPLE.includes(`${operation.id} ${status}`));
  if (unseen.length > 0) failures.push(`${operation.id}: documented and never seen: ${unseen}`);
}
const code = await service.stop();
if (code !== 0) failures.push(`the service ended with ${code}`);
assert.ok(operations.length >= 8, 'the document was read');
console.log(`${operations.length} operations, ${calls} calls`);
assert.deepEqual(failures, []);

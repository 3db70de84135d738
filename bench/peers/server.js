'use strict';
// The Node peer: answers a CDS Hooks patient-view call with a card when all criteria are met. Tuned as far as the
// libraries allow: the ELM tree and the FHIR model information are built once, and nothing is logged.
// Usage: node server.js PORT AS_OF

const http = require('http');
const cql = require('cql-execution');
const fhir = require('cql-exec-fhir');
const { library } = require('./criteria');

const [port, asOf] = process.argv.slice(2);
const { names, elm } = library();
const executor = new cql.Executor(new cql.Library(elm));
const model = fhir.PatientSource.FHIRv401();
const now = cql.DateTime.parse(`${asOf}T12:00:00.000+00:00`);

// A source of one patient's own, with the model information of all.
function sourceOf(request) {
  const entry = [];
  for (const part of Object.values(request.prefetch)) {
    if (part && part.resourceType === 'Bundle') entry.push(...(part.entry || []));
    else if (part) entry.push({ resource: part });
  }
  const source = Object.create(model);
  source._index = 0;
  source._bundles = [{ resourceType: 'Bundle', type: 'collection', entry }];
  return source;
}

async function answer(body) {
  const results = await executor.exec(sourceOf(JSON.parse(body)), now);
  const verdicts = Object.values(results.patientResults)[0];
  const unmet = names.filter((name) => verdicts[name] !== true);
  if (unmet.length > 0) return { cards: [] };
  return {
    cards: [
      {
        summary: 'Possible match for review',
        indicator: 'info',
        detail: names.map((name) => `- ${name}: met`).join('\n'),
        source: { label: 'Peer' },
      },
    ],
  };
}

let queue = Promise.resolve();

http
  .createServer((request, response) => {
    const reply = (status, value) => {
      const text = JSON.stringify(value);
      response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
      response.end(text);
    };
    if (request.method === 'GET') return reply(200, { services: [] });
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const turn = async () => {
        await new Promise(setImmediate); // lets the event loop see who has left
        if (!request.socket.destroyed) reply(200, await answer(Buffer.concat(chunks).toString()));
      };
      // One after the other: interleaved calls would all wait for the slowest. Callers that have left cost nothing.
      queue = queue.then(turn).catch((error) => reply(500, { error: String(error) }));
    });
  })
  .listen(Number(port), '127.0.0.1');

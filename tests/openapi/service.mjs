// Starts trial-cds as a hospital does (a configuration, tokens, an admin address) or on this machine only, and signs
// tokens as its EHR.
import { spawn } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const DAY = '2026-11-22';
export const BODY_LIMIT = 65536;
export const PER_MINUTE = 30;
const NOW = Date.parse(`${DAY}T00:00:00Z`) / 1000;
const ISSUER = 'https://ehr.example/fhir';
const JKU = 'https://ehr.example/.well-known/jwks.json';
const PUBLIC_BASE = 'https://cds.hospital.example';

const ports = (count) =>
  Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve, reject) => {
          const probe = createServer().on('error', reject);
          probe.listen(0, '127.0.0.1', () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
          });
        }),
    ),
  );

// Resolves once it listens, to the process; to null when a port was lost to another program.
const launch = (program, args) =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text) => (said += text));
    child.stdout.on('data', (text) => String(text).includes('Listening on') && resolve(child));
    child.on('error', reject);
    child.on('exit', (code) => (code === 69 ? resolve(null) : reject(new Error(`it ended with ${code}: ${said}`))));
  });

const listening = async (program, count, args) => {
  for (let attempt = 0; attempt < 5; ++attempt) {
    const free = await ports(count);
    const child = await launch(program, args(free));
    if (child !== null) return { child, free };
  }
  throw new Error('no free port in five attempts');
};

const ended = (child) =>
  new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.on('exit', (code, signal) => resolve(code ?? signal));
    child.kill('SIGTERM');
  });

export async function onThisMachine(program) {
  const { child, free } = await listening(program, 1, ([port]) => ['serve', '--port', `${port}`, '--as-of', DAY]);
  return { base: `http://127.0.0.1:${free[0]}`, stop: () => ended(child) };
}

// The tenant's FHIR server: gives what a call's prefetch holds, to whoever has the token.
export const FHIR_TOKEN = 'ehr-token';
async function fhirServer({ patient, conditions, skin }) {
  const empty = { resourceType: 'Bundle', type: 'searchset', total: 0 };
  const server = createHttpServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
    const known = request.headers.authorization === `Bearer ${FHIR_TOKEN}`;
    const found = {
      [`/r4/Patient/${patient.id}`]: patient,
      '/r4/Condition': conditions,
      '/r4/Observation': searchParams.get('code')?.includes('mrss-total') ? skin : empty,
    };
    response.writeHead(known ? 200 : 403, { 'content-type': 'application/fhir+json' });
    response.end(known ? JSON.stringify(found[pathname] ?? empty) : '');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { base: `http://127.0.0.1:${server.address().port}/r4`, stop: () => server.closeAllConnections() || server.close() };
}

export async function configured(program, record) {
  const folder = mkdtempSync(join(tmpdir(), 'trial-cds-openapi-'));
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'ehr', alg: 'ES384', use: 'sig' };
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys: [key] }));
  const file = join(folder, 'config.json');
  const ehr = await fhirServer(record);
  const { child, free } = await listening(program, 2, ([port, admin]) => {
    const settings = {
      public_base: PUBLIC_BASE,
      demonstration: true, // the FHIR server is a plain one on this machine
      fhir: { private_networks: ['127.0.0.1'], deadline_ms: 20000 },
      evaluations: { per_minute: PER_MINUTE },
      listen: { address: '127.0.0.1', port },
      admin: { address: '127.0.0.1', port: admin },
      limits: { body_bytes: BODY_LIMIT, handler_ms: 60000 },
      tenants: [{ id: 'clinic', mode: 'clinician', fhir_bases: [ehr.base], smart: { client_id: 'trial-cds' } }],
      issuers: [{ issuer: ISSUER, jku: JKU, key_file: join(folder, 'keys.json'), tenant: 'clinic' }],
    };
    writeFileSync(file, JSON.stringify(settings));
    return ['serve', '--config', file, '--as-of', DAY];
  });
  let calls = 0;
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    base: `http://127.0.0.1:${free[0]}`,
    admin: `http://127.0.0.1:${free[1]}`,
    fhir: ehr.base,
    // For one call of this path.
    token(path) {
      const jti = `call-${++calls}`;
      const claims = { iss: ISSUER, aud: PUBLIC_BASE + path, iat: NOW, exp: NOW + 300, jti };
      const signed = `${part({ alg: 'ES384', typ: 'JWT', kid: 'ehr', jku: JKU })}.${part(claims)}`;
      const seal = sign('sha384', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${signed}.${seal.toString('base64url')}`;
    },
    async stop() {
      const code = await ended(child);
      rmSync(folder, { recursive: true });
      ehr.stop();
      return code;
    },
  };
}

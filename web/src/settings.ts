// Which FHIR servers this page may sign in at, as the service that serves it says (settings.json beside the page).
import { list, object, text } from "./check.ts";
import { Problem } from "./problem.ts";
import type { Words } from "./words.ts";

export interface Client {
  iss: string;
  client_id: string;
  scope: string;
  name: string;
}

const settings = object({ clients: list(object({ iss: text, client_id: text, scope: text, name: text })) });

export async function readClients(words: Words): Promise<Client[]> {
  const failed = (why: string) => new Problem("launch.no-settings", { why });
  let answer: Response;
  try {
    answer = await fetch(new URL("./settings.json", location.href), { credentials: "omit", cache: "no-store" });
  } catch {
    throw failed(words.say("page.failed-network"));
  }
  if (answer.status === 404) return []; // the page without a configured service
  if (!answer.ok) throw failed(words.say("page.failed-status", { status: answer.status }));
  const value: unknown = await answer.json().catch(() => null);
  const fault = settings(value, "");
  if (fault !== null) throw failed(words.say("page.failed-content", { place: fault }));
  return (value as { clients: Client[] }).clients;
}

const bare = (address: string): string => address.replace(/\/+$/, "");

export const clientOf = (clients: Client[], iss: string): Client | undefined =>
  clients.find((client) => bare(client.iss) === bare(iss));

// Requests over fetch, with bounded answers and typed refusals.

import type { Problem } from "./api_gen.js";
import { concat } from "./bytes.js";
import { AnswerError, LedgerError } from "./errors.js";

/** Most bytes that are read of an answer. */
const answerBytesMax = 64 << 20;

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface HttpOptions {
  base: string;
  fetch: typeof globalThis.fetch;
  headers: () => HeadersInit | Promise<HeadersInit>;
}

export class Http {
  constructor(readonly options: HttpOptions) {}

  /** A request whose answer has the status of a success; everything else is thrown. */
  async request(method: string, path: string, query: Query = {}, init: RequestInit = {}): Promise<Response> {
    const { base, fetch, headers } = this.options;
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== "") parameters.set(name, String(value));
    const all = new Headers(await headers());
    new Headers(init.headers).forEach((value, name) => all.set(name, value));
    const address = base + path + (parameters.size > 0 ? `?${parameters}` : "");
    const response = await fetch(address, { ...init, method, headers: all });
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  async json<T>(method: string, path: string, query: Query = {}, init: RequestInit = {}): Promise<T> {
    const response = await this.request(method, path, query, init);
    const text = new TextDecoder().decode(await bodyOf(response));
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new AnswerError("the answer is not the ledger's", response.status);
    }
  }

  async bytes(method: string, path: string, query: Query = {}, init: RequestInit = {}): Promise<Uint8Array> {
    return bodyOf(await this.request(method, path, query, init));
  }
}

async function bodyOf(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) return concat(...parts);
    size += next.value.length;
    if (size > answerBytesMax) {
      await reader?.cancel();
      throw new AnswerError(`the answer has more than ${answerBytesMax} bytes`, response.status);
    }
    parts.push(next.value);
  }
}

async function problemOf(response: Response): Promise<Error> {
  const media = (response.headers.get("content-type") ?? "").split(";")[0]!.trim();
  const body = new TextDecoder().decode(await bodyOf(response));
  if (media === "application/problem+json") {
    try {
      const p = JSON.parse(body) as Problem;
      if (p.code) return LedgerError.ofProblem(p);
    } catch {
      // a proxy's text under that type
    }
  }
  return new AnswerError(`the answer is not the ledger's: HTTP ${response.status} ${media}`, response.status);
}

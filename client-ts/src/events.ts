// Outcomes as they are committed: server-sent events, block by block, each once and whole.

import type { Outcome } from "./api_gen.js";
import { LedgerError } from "./errors.js";
import { type Http } from "./http.js";
import { paths } from "./paths.js";

/** The outcomes of one height. */
export interface Block {
  height: number;
  outcomes: Outcome[];
}

const waitMin = 200;
const waitMax = 5000;

/** Most characters of one event: a batch of a thousand payments fits many times. */
const eventMax = 16 << 20;

/**
 * Delivers every block from a height on, in order, each once and whole; 0 means from the next
 * one. It resumes by itself when the connection breaks or the node drops it. It ends with the
 * signal, or with an error that trying again cannot mend.
 */
export async function* follow(http: Http, from: number, signal?: AbortSignal): AsyncGenerator<Block, void, undefined> {
  let next = from;
  for (let wait = waitMin; !signal?.aborted; wait = Math.min(2 * wait, waitMax)) {
    try {
      for await (const block of connection(http, next, signal)) {
        next = block.height + 1;
        wait = waitMin;
        yield block;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof LedgerError && !error.retryable && error.status < 500) throw error;
    }
    await pause(wait, signal);
  }
}

/** Resolves after some milliseconds, or when the signal says so. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}

/** Blocks until the connection ends; a block counts once its own event, the last, has come. */
async function* connection(http: Http, from: number, signal?: AbortSignal): AsyncGenerator<Block, void, undefined> {
  const init: RequestInit = { headers: { Accept: "text/event-stream" } };
  if (signal) init.signal = signal;
  const response = await http.request("GET", paths.events, { from: from > 0 ? from : undefined }, init);
  let expected = from;
  let outcomes: Outcome[] = [];
  for await (const { name, data } of events(response)) {
    if (name === "outcome") outcomes.push(JSON.parse(data) as Outcome);
    if (name === "dropped") return;
    if (name !== "block") continue;
    const mark = JSON.parse(data) as { height: number; outcomes: number };
    if (mark.outcomes !== outcomes.length || (expected > 0 && mark.height !== expected)) {
      throw new Error(`block ${mark.height} with ${outcomes.length} of ${mark.outcomes} outcomes came after ${expected - 1}`);
    }
    yield { height: mark.height, outcomes };
    expected = mark.height + 1;
    outcomes = [];
  }
}

async function* events(response: Response): AsyncGenerator<{ name: string; data: string }, void, undefined> {
  const reader = response.body!.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let text = "";
  try {
    for (;;) {
      const part = await reader.read();
      if (part.done) return;
      text += part.value;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const event = { name: "", data: "" };
        for (const line of text.slice(0, end).split("\n")) {
          if (line.startsWith("event: ")) event.name = line.slice(7);
          if (line.startsWith("data: ")) event.data = line.slice(6);
        }
        text = text.slice(end + 2);
        yield event;
      }
      if (text.length > eventMax) throw new Error("an event is too long");
    }
  } finally {
    await reader.cancel().catch(() => undefined); // it is broken, and left
  }
}

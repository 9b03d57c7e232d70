import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo } from "node:net";
import { test } from "node:test";

import { AnswerError, Client, LedgerError, OutcomeUnknownError } from "../src/index.js";
import { fromHex } from "../src/bytes.js";
import { vectors } from "./vectors.js";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** What is between a client and a ledger may do anything. */
async function between(handler: Handler, use: (base: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => handler(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const v = vectors.transactions[0]!;
const tx = fromHex(v.transaction);
const answer = (response: ServerResponse, status: number, media: string, body: string): void => {
  response.writeHead(status, { "Content-Type": media }).end(body);
};

test("whether anything was sent decides whether the outcome is known", async () => {
  const unknown: Record<string, Handler> = {
    "cut before the answer": (request) => request.socket.destroy(),
    "cut within the answer": (request, response) => {
      response.writeHead(200, { "Content-Length": "1000" }).write('{"id":');
      setTimeout(() => request.socket.destroy(), 20);
    },
    "a proxy's 502": (_, response) => answer(response, 502, "text/plain", "bad gateway"),
    "not the ledger's": (_, response) => answer(response, 200, "application/json", "<html>"),
    "a proxy's text as a problem": (_, response) => answer(response, 500, "application/problem+json", "oops"),
  };
  for (const [name, handler] of Object.entries(unknown)) {
    await between(handler, async (base) => {
      const client = new Client(base, { chain: v.chain });
      await assert.rejects(() => client.submit(tx), (e) => e instanceof OutcomeUnknownError && e.id === v.id, name);
    });
  }
  let closed = "";
  await between(() => undefined, async (base) => void (closed = base));
  await assert.rejects(() => new Client(closed, { chain: v.chain }).submit(tx), (e) => !(e instanceof OutcomeUnknownError), "nobody listened, so nothing was sent");
});

test("refusals are typed, also those of a later version", async () => {
  const problem = (body: object): Handler => (_, response) => answer(response, 422, "application/problem+json; charset=utf-8", JSON.stringify(body));
  const insufficient = { code: "funds.insufficient", number: 2101, status: 422, title: "t", title_zh: "z", retryable: false, want: "7", id: v.id, height: 5, trace: [{ verdict: "refuse" }] };
  await between(problem(insufficient), async (base) => {
    await assert.rejects(() => new Client(base).submit(tx), (e) => {
      assert.ok(e instanceof LedgerError && e.is("funds.insufficient") && e.status === 422 && e.want === "7" && e.id === v.id && e.height === 5 && e.trace.length === 1);
      return /expected 7/.test(e.message);
    });
  });
  await between(problem({ code: "dragon.asleep", number: 60000, status: 422, title: "the dragon sleeps", retryable: true }), async (base) => {
    await assert.rejects(() => new Client(base).explain(tx), (e) => e instanceof LedgerError && e.code === "dragon.asleep" && e.retryable && /sleeps/.test(e.message));
  });
  await between((_, response) => answer(response, 404, "text/html", ""), async (base) => {
    await assert.rejects(() => new Client(base).status(), (e) => e instanceof AnswerError && e.status === 404);
  });
});

test("what is asked: addresses, parameters, headers", async () => {
  const asked: string[] = [];
  const seen: Handler = (request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers["authorization"] ?? ""} ${request.headers["content-type"] ?? ""}`.trim());
    answer(response, 200, "application/json", '{"id":"x","status":"pending","proof":"AAE="}');
  };
  await between(seen, async (base) => {
    const client = new Client(base, { headers: async () => ({ Authorization: "Bearer t" }) });
    await client.submit(tx);
    await client.submit(tx, { wait: false });
    await client.get("balance", "A/B C", { minHeight: 7 });
    await client.list("party", { from: "x", limit: 3 });
    assert.deepEqual(await client.proof("account", "A", 9), Uint8Array.of(0, 1));
    await client.block(4);
  });
  assert.deepEqual(asked, [
    "POST /v1/transactions?wait=commit Bearer t application/cbor",
    "POST /v1/transactions Bearer t application/cbor",
    "GET /v1/balance/A%2FB%20C?min_height=7 Bearer t",
    "GET /v1/party?from=x&limit=3 Bearer t",
    "GET /v1/account/A?proof=true&from=9 Bearer t",
    "GET /v1/blocks/4 Bearer t",
  ]);
});

test("events come block by block, each once and whole, over broken connections", async () => {
  const outcome = (height: number, index: number): string => `event: outcome\ndata: ${JSON.stringify({ id: `${height}/${index}`, height, index, result: {} })}\n\n`;
  const mark = (height: number, outcomes: number): string => `id: ${height}\nevent: block\ndata: ${JSON.stringify({ height, outcomes })}\n\n`;
  const streams = [
    outcome(5, 0) + mark(5, 1) + outcome(6, 0), // 6 was cut
    outcome(6, 0) + outcome(6, 1) + mark(6, 2) + 'event: dropped\ndata: {"code":"read.too_slow"}\n\n',
    mark(8, 0), // 7 is missing: not taken
    mark(7, 0) + mark(8, 0),
  ];
  const from: string[] = [];
  await between(
    (request, response) => {
      from.push(request.url!);
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.end(streams[from.length - 1] ?? "");
    },
    async (base) => {
      const heights: number[] = [];
      for await (const block of new Client(base).events(5)) {
        heights.push(block.height, block.outcomes.length);
        if (block.height === 8) break;
      }
      assert.deepEqual(heights, [5, 1, 6, 2, 7, 0, 8, 0]);
    },
  );
  assert.deepEqual(from, ["/v1/events?from=5", "/v1/events?from=6", "/v1/events?from=7", "/v1/events?from=7"]);
  await between(
    (_, response) => answer(response, 400, "application/problem+json", '{"code":"request.invalid","number":9501,"status":400,"title":"","retryable":false}'),
    async (base) => {
      await assert.rejects(async () => {
        for await (const block of new Client(base).events(1)) void block;
      }, LedgerError);
    },
  );
  const stop = new AbortController();
  await between(
    (_, response) => void response.writeHead(200, { "Content-Type": "text/event-stream" }).write(mark(1, 0)),
    async (base) => {
      for await (const block of new Client(base).events(1, stop.signal)) {
        assert.equal(block.height, 1);
        stop.abort();
      }
    },
  );
});

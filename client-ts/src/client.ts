// A client of one node's public interface. Keys stay with the caller: what is submitted was
// signed before, and no key passes through here.

import type { BlockView, Catalog, Explanation, Page, Record as Looked, StatusView, Transaction } from "./api_gen.js";
import { fromBase64, toHex } from "./bytes.js";
import { AnswerError, InvalidProofError, LedgerError, OutcomeUnknownError } from "./errors.js";
import { type Block, follow, pause } from "./events.js";
import { Http, type Query } from "./http.js";
import { type Kind, type Noun, type Payloads } from "./kinds_gen.js";
import { paths } from "./paths.js";
import { type Receipt, verifyReceipt } from "./receipt.js";
import { type Balance, type ProvenState, verifyBalance, verifyRecord } from "./state.js";
import { buildBody, decodeTransaction, signExplain, type Signer, signTransaction, type Terms, transactionId } from "./transaction.js";
import { checkpointOf, type Trust } from "./trust.js";

/** A transaction that waits for a block. */
export interface Pending {
  id: string;
  status: "pending";
}

/** What became of something submitted: as committed, or still waiting. */
export type Submitted = Transaction | Pending;

export interface ClientOptions {
  /** Id of the chain that signatures are bound to. Where it is left out the node is asked: whoever does not trust the node names it. */
  chain?: string;
  fetch?: typeof globalThis.fetch;
  /** Sent with every request: a token, say. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>);
}

/** How a read is answered. */
export interface ReadOptions {
  /** From this height or a later one: that of one's own payment, say. */
  minHeight?: number;
  signal?: AbortSignal;
}

/** Who acts and signs. */
export interface Signing extends Omit<Terms, "expires"> {
  /** The first is the maker. */
  signers: readonly Signer[];
  /** 10 minutes from now where it is left out; at most 24 hours. */
  expires?: Date | number;
}

const expiry = 10 * 60_000;
const pollMs = 200;

export class Client {
  readonly #http: Http;
  #chain: string | undefined;

  /** A client of a node at an address such as http://localhost:8480. */
  constructor(base: string, options: ClientOptions = {}) {
    const { headers = {}, fetch = globalThis.fetch.bind(globalThis) } = options;
    this.#http = new Http({ base: base.replace(/\/+$/, ""), fetch, headers: typeof headers === "function" ? headers : () => headers });
    this.#chain = options.chain;
  }

  /** Id of the chain. */
  async chain(): Promise<string> {
    return (this.#chain ??= (await this.status()).chain);
  }

  /** Builds, signs, submits and waits: how it ended. A refusal is a LedgerError. */
  async send<K extends Kind>(kind: K, payload: Payloads[K], by: Signing): Promise<Submitted> {
    const body = buildBody(kind, payload, termsOf(by));
    const { bytes } = await signTransaction(await this.chain(), body, ...by.signers);
    return this.submit(bytes);
  }

  /** Builds and signs a question: what would happen to this transaction now? Nothing is changed. */
  async ask<K extends Kind>(kind: K, payload: Payloads[K], by: Signing): Promise<Explanation> {
    const body = buildBody(kind, payload, termsOf(by));
    return this.explain(await signExplain(await this.chain(), body, Date.now(), ...by.signers));
  }

  /**
   * Submits signed bytes and waits for their block, unless wait is false. Sending bytes again
   * that are in a block already returns how they ended there.
   */
  async submit(bytes: Uint8Array, options: { wait?: boolean; signal?: AbortSignal } = {}): Promise<Submitted> {
    const query: Query = { wait: options.wait === false ? undefined : "commit" };
    try {
      return await this.#post<Submitted>(paths.submit, bytes, query, options.signal);
    } catch (error) {
      if (error instanceof LedgerError) {
        if (error.is("tx.replayed") && error.height !== undefined && error.id !== undefined) return this.#ended(error.id);
        throw error;
      }
      if (neverSent(error)) throw error;
      throw new OutcomeUnknownError(await this.#idOf(bytes), error);
    }
  }

  async #idOf(bytes: Uint8Array): Promise<string> {
    try {
      return toHex(transactionId(await this.chain(), decodeTransaction(bytes).transaction.body));
    } catch {
      return "";
    }
  }

  /** How a transaction that is in a block has ended; a refusal is an error again. */
  async #ended(id: string): Promise<Transaction> {
    const t = await this.transaction(id);
    if (t.result.status === "refused") throw new LedgerError(t.result.fault ?? "", { id, height: t.height });
    return t;
  }

  /** Asks what would happen to a transaction that signExplain has signed. */
  explain(request: Uint8Array, signal?: AbortSignal): Promise<Explanation> {
    return this.#post(paths.explain, request, {}, signal);
  }

  /** How a transaction ended, or a payment of a batch, a proposal, a hold. */
  transaction(id: string, options: ReadOptions = {}): Promise<Transaction> {
    return this.#get(paths.transaction(id), {}, options);
  }

  /** Waits until a block has a transaction. What was never submitted, or has expired, never comes: give a signal. */
  async wait(id: string, signal?: AbortSignal): Promise<Transaction> {
    for (;;) {
      signal?.throwIfAborted();
      try {
        return await this.transaction(id, signal ? { signal } : {});
      } catch (error) {
        if (!(error instanceof LedgerError) || !error.is("transaction.not_found")) throw error;
      }
      await pause(pollMs, signal);
    }
  }

  /**
   * The file that proves how a transaction ended. The proof stands in the block after the
   * transaction's, so right after a payment it waits for that. Trusted is the height of the
   * checkpoint that the verifier trusts; 1: the genesis.
   */
  async receipt(id: string, trusted = 1, signal?: AbortSignal): Promise<Uint8Array> {
    for (;;) {
      signal?.throwIfAborted();
      try {
        return await this.#http.bytes("GET", paths.receipt(id), { from: trusted }, signal ? { signal } : {});
      } catch (error) {
        if (!(error instanceof LedgerError) || !error.is("receipt.not_yet")) throw error;
      }
      await pause(pollMs, signal);
    }
  }

  /** Fetches a receipt and verifies it: what it says has been proven, whatever the node is. */
  async provenReceipt(id: string, trust: Trust, signal?: AbortSignal): Promise<Receipt> {
    const receipt = verifyReceipt(await this.receipt(id, checkpointOf(trust).height, signal), trust);
    if (receipt.id !== id && !receipt.items.some((item) => item.id === id)) throw new InvalidProofError("it is of another transaction");
    return receipt;
  }

  /** Looks something up: get("balance", "KOWLOON-HKD/HKDX"). */
  get(noun: Noun, id: string, options: ReadOptions = {}): Promise<Looked> {
    return this.#get(paths.record(noun, id), {}, options);
  }

  /** The file that proves a record, or that there is none. */
  async proof(noun: Noun, id: string, trusted = 1, options: ReadOptions = {}): Promise<Uint8Array> {
    const found = await this.#get<Looked>(paths.record(noun, id), { proof: true, from: trusted }, options);
    if (found.proof === undefined) throw new AnswerError("the answer has no proof", 200);
    return fromBase64(found.proof);
  }

  /** Fetches the proof of a record and verifies it; an empty value proves that there is none. */
  async proven(noun: Noun, id: string, trust: Trust, options: ReadOptions = {}): Promise<ProvenState> {
    return verifyRecord(await this.proof(noun, id, checkpointOf(trust).height, options), trust, noun, id);
  }

  /** Fetches the proof of a balance and verifies it. */
  async provenBalance(account: string, asset: string, trust: Trust, options: ReadOptions = {}): Promise<Balance & { height: number }> {
    return verifyBalance(await this.proof("balance", `${account}/${asset}`, checkpointOf(trust).height, options), trust, account, asset);
  }

  /** A page of a noun's records, from an id on. */
  list(noun: Noun, options: ReadOptions & { from?: string; limit?: number } = {}): Promise<Page> {
    return this.#get(paths.list(noun), { from: options.from, limit: options.limit }, options);
  }

  /** All records of a noun, page by page. */
  async *all(noun: Noun, options: ReadOptions & { from?: string } = {}): AsyncGenerator<Looked, void, undefined> {
    let from = options.from;
    do {
      const page: Page = await this.list(noun, { ...options, limit: 1000, ...(from === undefined ? {} : { from }) });
      yield* page.records ?? [];
      from = page.next;
    } while (from !== undefined && from !== "");
  }

  block(height: number, options: ReadOptions = {}): Promise<BlockView> {
    return this.#get(paths.block(height), {}, options);
  }

  /** The chain and the node. */
  status(options: ReadOptions = {}): Promise<StatusView> {
    return this.#get(paths.status, {}, options);
  }

  /** Kinds of transactions and nouns of this node. */
  catalog(options: ReadOptions = {}): Promise<Catalog> {
    return this.#get(paths.catalog, {}, options);
  }

  /** Every block from a height on, in order, each once and whole; 0: from the next one. Resumes by itself. */
  events(from = 0, signal?: AbortSignal): AsyncGenerator<Block, void, undefined> {
    return follow(this.#http, from, signal);
  }

  #get<T>(path: string, query: Query, { minHeight, signal }: ReadOptions): Promise<T> {
    return this.#http.json("GET", path, { ...query, min_height: minHeight }, signal ? { signal } : {});
  }

  #post<T>(path: string, body: Uint8Array, query: Query, signal?: AbortSignal): Promise<T> {
    const init: RequestInit = { body: body as BodyInit, headers: { "Content-Type": "application/cbor" } };
    if (signal) init.signal = signal;
    return this.#http.json("POST", path, query, init);
  }
}

function termsOf({ party, reference, expires }: Signing): Terms {
  return { party, expires: expires ?? Date.now() + expiry, ...(reference === undefined ? {} : { reference }) };
}

/** What fails before anything was written has changed nothing. Browsers do not say, so there the outcome stays unknown. */
function neverSent(error: unknown): boolean {
  const cause = (error as { cause?: { code?: unknown } } | undefined)?.cause;
  return typeof cause?.code === "string" && ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN"].includes(cause.code);
}

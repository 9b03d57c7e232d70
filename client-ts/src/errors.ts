// What goes wrong, by name. Codes are those of the ledger's table of refusals (faults_gen.ts).

import type { Problem, Step } from "./api_gen.js";
import { type FaultCode, faults } from "./faults_gen.js";

/** What is known of a refusal besides its code. */
export interface Stated {
  status?: number;
  number?: number;
  title?: string;
  titleZh?: string;
  field?: string;
  found?: string;
  want?: string;
  retryable?: boolean;
  id?: string;
  height?: number;
  trace?: readonly Step[];
}

/**
 * A refusal: by the ledger, by its interface, or by this SDK for the reason the ledger would
 * give. Programs match on the code: `error instanceof LedgerError && error.is("funds.insufficient")`.
 */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
  /** Stable name, also one that this version does not know yet. */
  readonly code: string;
  /** HTTP status; 0: the code is unknown and no answer named it. */
  readonly status: number;
  readonly number: number;
  readonly title: string;
  readonly titleZh: string;
  /** Which input or state, what it was, and what would pass. */
  readonly field: string;
  readonly found: string;
  readonly want: string;
  /** The same request may pass later without being changed. */
  readonly retryable: boolean;
  /** Of the refused transaction. */
  readonly id: string | undefined;
  /** Of the block that spent its id; undefined: none did. */
  readonly height: number | undefined;
  /** Of rules, as far as the sender may see it. */
  readonly trace: readonly Step[];

  constructor(code: string, stated: Stated = {}) {
    const row = Object.hasOwn(faults, code) ? faults[code as FaultCode] : undefined;
    const title = stated.title ?? row?.[3] ?? "";
    super(sentence(code, title, stated));
    this.code = code;
    this.number = stated.number ?? row?.[0] ?? 0;
    this.status = stated.status ?? row?.[1] ?? 0;
    this.retryable = stated.retryable ?? row?.[2] ?? false;
    this.title = title;
    this.titleZh = stated.titleZh ?? row?.[4] ?? "";
    this.field = stated.field ?? "";
    this.found = stated.found ?? "";
    this.want = stated.want ?? "";
    this.id = stated.id;
    this.height = stated.height;
    this.trace = stated.trace ?? [];
  }

  /** Whether it is that refusal. */
  is(code: FaultCode): boolean {
    return this.code === code;
  }

  /** Reads a problem document (RFC 9457). */
  static ofProblem(p: Problem): LedgerError {
    const { code, status, number, title, retryable } = p;
    const stated: Stated = { status, number, title, retryable, titleZh: p.title_zh };
    for (const name of ["field", "found", "want", "id"] as const) if (p[name] !== undefined) stated[name] = p[name];
    if (p.height !== undefined) stated.height = p.height;
    if (p.trace) stated.trace = p.trace;
    return new LedgerError(code, stated);
  }
}

function sentence(code: string, title: string, s: Stated): string {
  const parts = [s.field, s.found && `found ${s.found}`, s.want && `expected ${s.want}`].filter((part) => part);
  return `${code}${title && `: ${title}`}${parts.length > 0 ? ` (${parts.join(", ")})` : ""}`;
}

/** A refusal of the ledger's table, stated by this SDK. */
export function refusal(code: FaultCode, field = "", found = "", want = ""): LedgerError {
  return new LedgerError(code, { field, found, want });
}

/** The name of a fault by its number; "" for 0, "unknown" for a later one. */
export function faultName(number: number): string {
  if (number === 0) return "";
  return Object.entries(faults).find(([, row]) => row[0] === number)?.[0] ?? "unknown";
}

/**
 * The connection broke after a transaction was sent: it may be in a block or not. Sending the
 * same bytes again is safe, since an id is spent once.
 */
export class OutcomeUnknownError extends Error {
  override readonly name = "OutcomeUnknownError";

  constructor(
    /** Of the transaction whose outcome is unknown. */
    readonly id: string,
    cause: unknown,
  ) {
    super("the transaction was sent, but its outcome is unknown", { cause });
  }
}

/** The answer did not come from a ledger: it is a proxy's, say. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";

  constructor(
    message: string,
    /** HTTP status. */
    readonly status: number,
  ) {
    super(message);
  }
}

/** A file that proves nothing. */
export class InvalidProofError extends Error {
  override readonly name = "InvalidProofError";

  constructor(why: string, options?: ErrorOptions) {
    super(`the file proves nothing: ${why}`, options);
  }
}

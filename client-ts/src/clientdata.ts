// The consensus rule for clientDataJSON, as core/kernel/identity reads it: RFC 8259, strictly,
// since general JSON readers differ in duplicate keys, invalid UTF-8 and lone surrogates. There
// is one object; a key that occurs twice at top level is refused, other members are checked for
// grammar and ignored. JSON.parse would take more than that.

import { fromUtf8 } from "./bytes.js";
import { refusal } from "./errors.js";

/** Most bytes of authenticator data and client data together. */
export const passkeyBytesMax = 2048;

const depthMax = 16;

/** What the ledger reads of it; a member that is no string counts as absent. */
export interface ClientData {
  type: string;
  challenge: string;
}

/** Reads clientDataJSON as the ledger does, or throws the ledger's refusal. */
export function scanClientData(data: Uint8Array): ClientData {
  if (data.length > passkeyBytesMax) throw refusal("passkey.too_long", "client_data", `${data.length} bytes`, `at most ${passkeyBytesMax}`);
  let text: string;
  try {
    text = fromUtf8(data);
  } catch {
    throw refusal("passkey.client_data_malformed", "client_data", "invalid bytes", "UTF-8");
  }
  return new Scanner(text).topLevel();
}

class Scanner {
  #at = 0;

  constructor(readonly text: string) {}

  #refuse(): never {
    throw refusal("passkey.client_data_malformed", "client_data", `an error at character ${this.#at}`, "one JSON object");
  }

  topLevel(): ClientData {
    const found: ClientData = { type: "", challenge: "" };
    const seen = new Set<string>();
    this.#space();
    this.#members((key) => {
      if (seen.has(key)) throw refusal("passkey.duplicate_key", "client_data", JSON.stringify(key));
      seen.add(key);
      if ((key === "type" || key === "challenge") && this.#peek() === '"') found[key] = this.#string();
      else this.#value(1);
    });
    this.#space();
    if (this.#at !== this.text.length) this.#refuse();
    return found;
  }

  #peek(): string {
    return this.text[this.#at] ?? "";
  }

  #take(c: string): boolean {
    if (this.#peek() !== c || c === "") return false;
    this.#at++;
    return true;
  }

  #must(c: string): void {
    if (!this.#take(c)) this.#refuse();
  }

  #space(): void {
    while (/^[ \t\n\r]$/.test(this.#peek())) this.#at++;
  }

  /** Reads an object and calls member for each key, standing before its value. */
  #members(member: (key: string) => void): void {
    this.#must("{");
    this.#space();
    if (this.#take("}")) return;
    for (;;) {
      this.#space();
      const key = this.#string();
      this.#space();
      this.#must(":");
      this.#space();
      member(key);
      this.#space();
      if (this.#take("}")) return;
      this.#must(",");
    }
  }

  /** Skips one value that stands so many levels deep. */
  #value(depth: number): void {
    if (depth > depthMax) this.#refuse();
    switch (this.#peek()) {
      case "{":
        return this.#members(() => this.#value(depth + 1));
      case "[":
        return this.#array(depth);
      case '"':
        this.#string();
        return;
    }
    const word = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
    word.lastIndex = this.#at;
    const match = word.exec(this.text);
    if (match === null) this.#refuse();
    this.#at += match[0].length;
  }

  #array(depth: number): void {
    this.#must("[");
    this.#space();
    if (this.#take("]")) return;
    for (;;) {
      this.#space();
      this.#value(depth + 1);
      this.#space();
      if (this.#take("]")) return;
      this.#must(",");
    }
  }

  #string(): string {
    this.#must('"');
    let out = "";
    for (;;) {
      const c = this.#peek();
      if (c < " ") this.#refuse(); // control characters must be escaped; also the end of the text
      this.#at++;
      if (c === '"') return out;
      out += c === "\\" ? this.#escape() : c;
    }
  }

  #escape(): string {
    const c = this.#peek();
    this.#at++;
    const plain = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" } as const;
    if (Object.hasOwn(plain, c)) return plain[c as keyof typeof plain];
    if (c !== "u") this.#refuse();
    const first = this.#hex4();
    if (first < 0xd800 || first > 0xdfff) return String.fromCharCode(first);
    this.#must("\\");
    this.#must("u");
    const second = this.#hex4();
    if (first > 0xdbff || second < 0xdc00 || second > 0xdfff) this.#refuse();
    return String.fromCharCode(first, second);
  }

  #hex4(): number {
    const four = this.text.slice(this.#at, this.#at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(four)) this.#refuse();
    this.#at += 4;
    return parseInt(four, 16);
  }
}

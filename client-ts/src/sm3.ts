// SM3 (GB/T 32905-2016), the hash that SM2 signatures are made over.

const iv = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];

const rotl = (x: number, n: number): number => ((x << (n & 31)) | (x >>> (32 - (n & 31)))) >>> 0;
const p0 = (x: number): number => (x ^ rotl(x, 9) ^ rotl(x, 17)) >>> 0;
const p1 = (x: number): number => (x ^ rotl(x, 15) ^ rotl(x, 23)) >>> 0;

/** The 32 bytes of a message's hash. */
export function sm3(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array((message.length + 9 + 63) & ~63);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
  const v = Uint32Array.from(iv);
  for (let at = 0; at < padded.length; at += 64) compress(v, view, at);
  const out = new Uint8Array(32);
  const words = new DataView(out.buffer);
  v.forEach((word, i) => words.setUint32(4 * i, word));
  return out;
}

function compress(v: Uint32Array, view: DataView, at: number): void {
  const w = new Uint32Array(68);
  for (let j = 0; j < 16; j++) w[j] = view.getUint32(at + 4 * j);
  for (let j = 16; j < 68; j++) {
    w[j] = p1((w[j - 16]! ^ w[j - 9]! ^ rotl(w[j - 3]!, 15)) >>> 0) ^ rotl(w[j - 13]!, 7) ^ w[j - 6]!;
  }
  let [a, b, c, d, e, f, g, h] = v as unknown as [number, number, number, number, number, number, number, number];
  for (let j = 0; j < 64; j++) {
    const ss1 = rotl((rotl(a, 12) + e + rotl(j < 16 ? 0x79cc4519 : 0x7a879d8a, j)) >>> 0, 7);
    const ss2 = (ss1 ^ rotl(a, 12)) >>> 0;
    const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
    const tt1 = (ff + d + ss2 + (w[j]! ^ w[j + 4]!)) >>> 0;
    const tt2 = (gg + h + ss1 + w[j]!) >>> 0;
    [d, c, b, a] = [c, rotl(b, 9), a, tt1];
    [h, g, f, e] = [g, rotl(f, 19), e, p0(tt2)];
  }
  [a, b, c, d, e, f, g, h].forEach((x, i) => (v[i] = (v[i]! ^ x) >>> 0));
}

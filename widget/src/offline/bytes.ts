// Text as UTF-8, kept in strings of one character a byte: those compare, join and slice as bytes do.

const encoder = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of `text`. */
export function toBytes(text: string): string {
  let bytes = "";
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** The text that `bytes` spell; null where they end or begin within a character. */
export function toText(bytes: string): string | null {
  if (!/[\x80-\xff]/.test(bytes)) return bytes;
  try {
    return strict.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));
  } catch {
    return null;
  }
}

/** The text that `bytes` spell, broken characters as U+FFFD. */
export function toTextAnyhow(bytes: string): string {
  return toText(bytes) ?? new TextDecoder().decode(Uint8Array.from(bytes, (b) => b.charCodeAt(0)));
}

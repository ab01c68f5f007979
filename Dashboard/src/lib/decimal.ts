// Exact decimals: the server's strings become integers in ten-thousandths, so that no screen rounds through binary fractions.

const SCALE = 4;

/** Ten-thousandths, or undefined for what is not a decimal number. More than four decimals are cut, as the server sends none. */
export function parseDecimal(text: string | null | undefined): bigint | undefined {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text ?? "");
  if (match === null) return undefined;
  const [, lead, whole = "0", fraction = ""] = match;
  const value = BigInt(whole) * 10_000n + BigInt(fraction.slice(0, SCALE).padEnd(SCALE, "0"));
  return lead === "-" ? -value : value;
}

/** For drawing and comparing only, never for showing a figure. */
export function toNumber(text: string | null | undefined): number | undefined {
  const value = parseDecimal(text);
  return value === undefined ? undefined : Number(value) / 10_000;
}

export function sign(text: string | null | undefined): -1 | 0 | 1 {
  const value = parseDecimal(text) ?? 0n;
  return value > 0n ? 1 : value < 0n ? -1 : 0;
}

/** Rounds half away from zero to `places`, with thousands apart. */
export function fixed(value: bigint, places: 0 | 1 | 2 | 3 | 4): string {
  const step = 10n ** BigInt(SCALE - places);
  const magnitude = ((value < 0n ? -value : value) + step / 2n) / step;
  const digits = magnitude.toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ",");
  const text = places === 0 ? whole : `${whole}.${digits.slice(-places)}`;
  return value < 0n && magnitude !== 0n ? `\u2212${text}` : text;
}

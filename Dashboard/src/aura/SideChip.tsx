import { Chip } from "./Chip";

/** YES or NO as the server said it; anything else stays as it came. */
export function SideChip({ side }: { side: string }) {
  const word = side.toUpperCase();
  return <Chip tone={/\bNO\b/.test(word) ? "no" : /\bYES\b/.test(word) ? "yes" : "quiet"}>{word}</Chip>;
}

/** The mark: an A that is also a rising path with its datum. */
export function Wordmark() {
  return (
    <h1 className="flex items-center gap-2.5">
      <svg viewBox="0 0 32 32" aria-hidden="true" className="size-8">
        <defs>
          <linearGradient id="aura-mark" x1="0" y1="1" x2="1" y2="0">
            <stop offset="0" stopColor="var(--color-accent)" />
            <stop offset="1" stopColor="var(--color-aurora)" />
          </linearGradient>
        </defs>
        <path d="M5 26 13.6 7.4a2.65 2.65 0 0 1 4.8 0L27 26" fill="none" stroke="url(#aura-mark)" strokeWidth="3.2" strokeLinecap="round" strokeLinejoin="round" />
        <circle cx="16" cy="21.5" r="2.5" fill="url(#aura-mark)" />
      </svg>
      <span className="text-lg font-semibold tracking-[0.22em] text-bright">AURA</span>
    </h1>
  );
}

import { cx } from "../../aura/cx";
import { useHash } from "../../lib/useHash";

const places = [
  { hash: "", name: "Desk" },
  { hash: "learning", name: "Learning" },
];

/** The two places of the page. */
export function Places() {
  const hash = useHash();
  const here = places.find((place) => place.hash === hash) ?? places[0];
  return (
    <nav aria-label="Places" className="flex rounded-lg bg-deep/60 p-0.5 ring-1 ring-white/6 ring-inset">
      {places.map((place) => (
        <a
          key={place.hash} href={`#${place.hash}`} {...(place === here ? { "aria-current": "page" as const } : {})}
          className={cx("flex h-7 items-center rounded-md px-2.5 text-[0.75rem] font-medium transition-colors", place === here ? "bg-raised text-bright" : "text-quiet hover:text-bright")}
        >
          {place.name}
        </a>
      ))}
    </nav>
  );
}

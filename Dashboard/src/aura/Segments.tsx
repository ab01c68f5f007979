import { cx } from "./cx";

interface SegmentsProps<T extends string> {
  label: string;
  options: T[];
  value: T;
  onChange: (value: T) => void;
}

/** A few choices of which one holds. */
export function Segments<T extends string>({ label, options, value, onChange }: SegmentsProps<T>) {
  return (
    <div role="group" aria-label={label} className="flex rounded-lg bg-deep/60 p-0.5 ring-1 ring-white/6 ring-inset">
      {options.map((option) => (
        <button
          key={option} type="button" aria-pressed={option === value} onClick={() => onChange(option)}
          className={cx("h-6 rounded-md px-2 text-[0.6875rem] font-medium whitespace-nowrap transition-colors", option === value ? "bg-raised text-bright" : "text-quiet hover:text-bright")}
        >
          {option}
        </button>
      ))}
    </div>
  );
}

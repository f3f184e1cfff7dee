const UNITS = [
  { name: "s", ms: 1000, below: 60 },
  { name: "min", ms: 60_000, below: 60 },
  { name: "h", ms: 3_600_000, below: 48 },
  { name: "d", ms: 86_400_000, below: 60 },
] as const

/**
 * A time relative to now: `3 min ago`; `just now` for less than ten seconds and for clocks that differ; the date for
 * more than 60 days.
 */
export function ago(time: string, now: number): string {
  const at = Date.parse(time)
  if (Number.isNaN(at)) return time
  const age = now - at
  if (age < 10_000) return "just now"
  const unit = UNITS.find(({ ms, below }) => age < ms * below)
  return unit ? `${Math.floor(age / unit.ms)} ${unit.name} ago` : new Date(at).toISOString().slice(0, 10)
}

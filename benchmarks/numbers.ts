/** The value below which `share` of the values lie; NaN of no values. @param share 0 to 1 */
export function percentile(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export const median = (values: Iterable<number>): number => percentile(values, 0.5)

export const round = (value: number): number => Math.round(value * 100) / 100

import type { BuildStep } from "../source.ts"

/** BuildKit, `#7 [build 2/5] RUN npm ci`. */
const BUILDKIT = /^#\d+ \[(?:\S+ )?(\d+)\/(\d+)\] (.+)$/
/** Podman and Docker's older builder, `STEP 2/5: RUN npm ci`, `Step 2/5 : RUN npm ci`. */
const CLASSIC = /^(?:\[[^\]]*\] )?step (\d+)\/(\d+) ?: (.+)$/i

/** The step of a build that a line begins; nothing for other lines. */
export function readProgress(line: string): BuildStep | undefined {
  const [, step, steps, instruction = ""] = BUILDKIT.exec(line) ?? CLASSIC.exec(line) ?? []
  if (step === undefined || !Number(steps)) return undefined
  return { detail: `${step} of ${steps}: ${instruction}`, share: (Number(step) - 1) / Number(steps) }
}

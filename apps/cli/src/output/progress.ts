import type { Context } from "../context.ts"

/** Says how far a step is, line by line; a line that says the same as before is shown once. */
export type Report = (lines: readonly string[]) => void

/** How a long command tells what it is doing. */
export interface Progress {
  /** Runs `work` under a title. What it throws is thrown again. */
  step<T>(title: string, work: (report: Report) => Promise<T>): Promise<T>
  /** Something for programs: `{event, …}` with --json, nothing for people. */
  event(event: string, fields: object): void
}

/** Nothing at all: for commands whose --json is one document. */
export const silent: Progress = { step: (_, work) => work(() => {}), event: () => {} }

/** One JSON document per line on stdout. */
export const jsonProgress = (stdout: Context["stdout"]): Progress => {
  const event = (event: string, fields: object) => stdout.write(`${JSON.stringify({ event, ...fields })}\n`)
  return {
    event,
    async step(title, work) {
      event("step", { step: title, status: "started" })
      try {
        const result = await work(() => {})
        event("step", { step: title, status: "done" })
        return result
      } catch (error) {
        event("step", { step: title, status: "failed" })
        throw error
      }
    },
  }
}

/** Plain lines on stderr, so that stdout holds the result alone. */
export const plainProgress = ({ stderr, now }: Pick<Context, "stderr" | "now">): Progress => ({
  event: () => {},
  async step(title, work) {
    const started = now()
    stderr.write(`… ${title}\n`)
    let before: readonly string[] = []
    try {
      const result = await work((lines) => {
        for (const line of lines) if (!before.includes(line)) stderr.write(`  ${line}\n`)
        before = lines
      })
      stderr.write(`✔ ${title} (${((now() - started) / 1000).toFixed(1)} s)\n`)
      return result
    } catch (error) {
      stderr.write(`✖ ${title}\n`)
      throw error
    }
  },
})

/** A spinner with the lines under it. */
export const terminalProgress: Progress = {
  event: () => {},
  async step<T>(title: string, work: (report: Report) => Promise<T>): Promise<T> {
    const { Listr } = await import("listr2")
    let result: Awaited<T> | undefined
    await new Listr(
      [
        {
          title,
          task: async (_, task) => {
            result = await work((lines) => {
              task.output = lines.join("\n")
            })
          },
        },
      ],
      { registerSignalListeners: false, rendererOptions: { showErrorMessage: false } },
    ).run()
    return result as T
  },
}

export function progressFor(context: Context, json: boolean | undefined): Progress {
  if (json) return jsonProgress(context.stdout)
  // A terminal that does not know its width would get one letter per line.
  const wide = (context.stdout.columns ?? 0) >= 40
  const person = wide && context.stdout.isTTY === true && context.stderr.isTTY === true && !context.env.CI
  return person ? terminalProgress : plainProgress(context)
}

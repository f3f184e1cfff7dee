import type { Context } from "../context.ts"
import { safeText } from "./safe-output.ts"

/** Reports how far a step is, line by line; a line equal to the last one is shown once. */
export type Report = (lines: readonly string[]) => void

/** Reports the progress of a long command. */
export interface Progress {
  /**
   * Runs `work` under a title. Throws what `work` throws.
   * @param succeeded false for a result that is shown as a failure; by default every result is a success
   */
  step<T>(title: string, work: (report: Report) => Promise<T>, succeeded?: (result: T) => boolean): Promise<T>
  /** Prints an event for programs: `{event, …}` with --json, nothing for people. */
  event(event: string, fields: object): void
}

/** Progress that prints nothing, for commands whose --json is one document. */
export const silent: Progress = { step: (_, work) => work(() => {}), event: () => {} }

/** Progress as one JSON document per line on stdout. */
export const jsonProgress = (stdout: Context["stdout"]): Progress => {
  const event = (event: string, fields: object) => stdout.write(`${JSON.stringify({ event, ...fields })}\n`)
  return {
    event,
    async step(title, work, succeeded = () => true) {
      event("step", { step: title, status: "started" })
      try {
        const result = await work(() => {})
        event("step", { step: title, status: succeeded(result) ? "done" : "failed" })
        return result
      } catch (error) {
        event("step", { step: title, status: "failed" })
        throw error
      }
    },
  }
}

/** Progress as plain lines on stderr, so that stdout contains only the result. */
export const plainProgress = ({ stderr, now }: Pick<Context, "stderr" | "now">): Progress => ({
  event: () => {},
  async step(title, work, succeeded = () => true) {
    const started = now()
    stderr.write(`… ${title}\n`)
    let before: readonly string[] = []
    try {
      const result = await work((lines) => {
        for (const line of lines) if (!before.includes(line)) stderr.write(`  ${line}\n`)
        before = lines
      })
      stderr.write(`${succeeded(result) ? "✔" : "✖"} ${title} (${((now() - started) / 1000).toFixed(1)} s)\n`)
      return result
    } catch (error) {
      stderr.write(`✖ ${title}\n`)
      throw error
    }
  },
})

/** Progress as a spinner with lines under it. */
export const terminalProgress: Progress = {
  event: () => {},
  async step(title, work, succeeded = () => true) {
    const { Listr } = await import("listr2")
    type Result = Awaited<ReturnType<typeof work>>
    let ended: { result: Result } | undefined
    const tasks = new Listr(
      [
        {
          title: safeText(title),
          task: async (_, task) => {
            const result = await work((lines) => {
              task.output = safeText(lines.join("\n"))
            })
            ended = { result }
            if (!succeeded(result)) throw new Error(title)
          },
        },
      ],
      { registerSignalListeners: false, rendererOptions: { showErrorMessage: false } },
    )
    try {
      await tasks.run()
    } catch (error) {
      if (ended === undefined) throw error
    }
    return (ended as unknown as { result: Result }).result
  },
}

export function progressFor(context: Context, json: boolean | undefined): Progress {
  if (json) return jsonProgress(context.stdout)
  // A terminal that does not know its width would get one letter per line.
  const wide = (context.stdout.columns ?? 0) >= 40
  const person = wide && context.stdout.isTTY === true && context.stderr.isTTY === true && !context.env.CI
  return person ? terminalProgress : plainProgress(context)
}

import { styleText } from "node:util"

/** Prints the demo's output, in colour where the terminal has colours. */
export const screen = {
  line: (text = "") => process.stdout.write(`${text}\n`),
  heading: (text: string) => screen.line(`\n${paint("bold", text)}`),
  done: (text: string) => screen.line(`${paint("green", "✔")} ${text}`),
  failed: (text: string) => process.stderr.write(`${paint("red", "✖", process.stderr)} ${text}\n`),
  dim: (text: string) => paint("dim", text),
}

/** Runs `work`, then prints its title, how long it took and the text that `told` makes of the result. */
export async function step<T>(title: string, work: () => Promise<T>, told?: (result: T) => string): Promise<T> {
  const started = performance.now()
  const result = await work()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  screen.done(`${title.padEnd(28)} ${screen.dim(`${seconds} s`)}  ${told?.(result) ?? ""}`.trimEnd())
  return result
}

const paint = (style: "bold" | "green" | "red" | "dim", text: string, stream: NodeJS.WriteStream = process.stdout) =>
  styleText(style, text, { stream })

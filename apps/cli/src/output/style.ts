import { styleText } from "node:util"
import type { Context, Sink } from "../context.ts"

export type Colour = "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "dim" | "bold"

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string

/** Are colours wanted? Only on a terminal, and not with NO_COLOR (https://no-color.org) or TERM=dumb. */
export const hasColour = (sink: Sink, env: Context["env"]): boolean =>
  sink.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb"

export const paintFor = (sink: Sink, env: Context["env"]): Paint =>
  hasColour(sink, env) ? (colour, text) => styleText(colour, text, { validateStream: false }) : (_, text) => text

/** Properties of the screen that text is made for. */
export interface Screen {
  paint: Paint
  /** Width in columns; undefined where the output is no terminal, and nothing is cut. */
  width: number | undefined
}

export const screenFor = (sink: Sink, env: Context["env"]): Screen => ({
  paint: paintFor(sink, env),
  width: sink.isTTY === true && sink.columns ? Math.max(sink.columns, 40) : undefined,
})

import type { ConnectionOptions } from "./connection.ts"
import type { Context } from "./context.ts"

/** Does the work of one command and answers with the exit code. */
export type Action<O> = (args: readonly string[], options: O, context: Context) => Promise<number>

/** How a command is called. What it does is imported when it is called, so that `--help` stays fast. */
export interface CommandDefinition {
  name: string
  /** In commander's notation: `<name>` is required, `[name]` is not. */
  arguments: readonly (readonly [notation: string, description: string])[]
  summary: string
  options: readonly (readonly [flags: string, description: string])[]
  /** True where a manager is asked: adds --manager and --token. */
  connects: boolean
  /** True where --json is one document per line, the last one `{"result": …}`. */
  long?: boolean
  examples: readonly string[]
  /** Free text under the options. */
  notes?: string
  load(): Promise<Action<Record<string, unknown>>>
}

/** Options that every command has. */
export interface CommonOptions extends ConnectionOptions {
  json?: boolean | undefined
}

/**
 * Declares a command. `O` is what commander makes of its flags: strings, or true for switches.
 * The flags are the command's own, so the type is asserted here once.
 */
export const defineCommand = <O extends CommonOptions>(
  definition: Omit<CommandDefinition, "load"> & { load(): Promise<Action<O>> },
): CommandDefinition => ({
  ...definition,
  load: async () => {
    const action = await definition.load()
    return (args, options, context) => action(args, options as unknown as O, context)
  },
})

import type { ConnectionOptions } from "./connection.ts"
import type { Context } from "./context.ts"

/** Does the work of one command and answers with the exit code. */
export type Action<O> = (args: readonly string[], options: O, context: Context) => Promise<number>

/** Commander's notation (`--data <directory>`), and what it does. `list`: may be given several times. */
export type Option = readonly [flags: string, description: string, kind?: "list"]

/** How a command is called. What it does is imported when it is called, so that `--help` stays fast. */
export interface CommandDefinition {
  name: string
  /** In commander's notation: `<name>` is required, `[name]` is not, `[names...]` takes all that follow. */
  arguments: readonly (readonly [notation: string, description: string])[]
  summary: string
  options: readonly Option[]
  /** True where a manager is asked: adds --manager and --token. */
  connects: boolean
  /** True where --json is one document per line, the last one `{"result": …}`. */
  long?: boolean
  examples: readonly string[]
  /** Free text under the options. */
  notes?: string
  load(): Promise<Action<Record<string, unknown>>>
}

/** Commands behind a common first word: `alien settings get`. */
export interface CommandGroup {
  name: string
  summary: string
  commands: readonly CommandDefinition[]
}

export const isGroup = (entry: CommandDefinition | CommandGroup): entry is CommandGroup => "commands" in entry

/** Options that every command has. */
export interface CommonOptions extends ConnectionOptions {
  json?: boolean | undefined
}

/**
 * Declares a command. `O` is what commander makes of its flags: strings, lists, or true for switches.
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

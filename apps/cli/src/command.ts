import type { ConnectionOptions } from "./connection.ts"
import type { Context } from "./context.ts"

/** Runs one command and returns the exit code. */
export type Action<O> = (args: readonly string[], options: O, context: Context) => Promise<number>

/**
 * An option in commander's notation (`--data <directory>`), and what it does. `list`: it may be given several times.
 */
export type Option = readonly [flags: string, description: string, kind?: "list"]

/**
 * What a shell may offer for an argument. endpoint: a deployment, a resource or `resource.endpoint`, as `alien url` takes
 * them.
 */
export type Completed = "deployment" | "resource" | "endpoint" | "code"

/** Declaration of a command. Its action is imported only when it runs, so that `--help` stays fast. */
export interface CommandDefinition {
  name: string
  /** Arguments in commander's notation: `<name>` is required, `[name]` is not, `[names...]` takes all that follow. */
  arguments: readonly (readonly [notation: string, description: string, completes?: Completed])[]
  summary: string
  options: readonly Option[]
  /** True where the command talks to a manager: adds --manager and --token. */
  connects: boolean
  /** What the arguments after `--` are, of a command that hands them to another program: it gets them as `passedOn`. */
  passesOn?: string
  /** True where --json prints one document per line, the last one `{"result": …}`. */
  long?: boolean
  examples: readonly string[]
  /** Text shown under the options. */
  notes?: string
  load(): Promise<Action<Record<string, unknown>>>
}

/** Commands with a common first word: `alien settings get`. */
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

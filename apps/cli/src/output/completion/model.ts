import { type CommandDefinition, type CommandGroup, isGroup, type Option } from "../../command.ts"

/** A flag as a shell sees it. */
export interface Flag {
  /** Long form: `--json`. */
  long: string
  /** Short form without the dash: `f`. */
  short: string | undefined
  description: string
  /** What follows the flag: a path, a deployment, another value, or nothing. */
  takes: "file" | "deployment" | "value" | undefined
}

/** A place on a command line, with the words that may follow. */
export interface Place {
  /** Words after `alien`: none, `deploy`, or `settings get`. */
  path: readonly string[]
  /** Commands that may follow. */
  commands: readonly { name: string; summary: string }[]
  flags: readonly Flag[]
  /** True where `alien __complete` knows what an argument may be. */
  asks: boolean
}

const COMMON: readonly Option[] = [
  ["--json", "print JSON"],
  ["-h, --help", "show help"],
]
const CONNECTS: readonly Option[] = [
  ["--manager <url>", "the manager to ask"],
  ["--token <token>", "its token"],
]
const ROOT: readonly Option[] = [
  ["-h, --help", "show help"],
  ["-V, --version", "print the version"],
]

/** All places of the command line, the root first. */
export function placesOf(commands: readonly (CommandDefinition | CommandGroup)[]): Place[] {
  const place = (path: readonly string[], { options, connects, arguments: known }: CommandDefinition): Place => ({
    path,
    commands: [],
    flags: [...options, ...(connects ? CONNECTS : []), ...COMMON].map(flagOf),
    asks: known.some(([, , completes]) => completes !== undefined),
  })
  return [
    { path: [], commands, flags: ROOT.map(flagOf), asks: false },
    ...commands.flatMap((entry) =>
      isGroup(entry)
        ? [
            { path: [entry.name], commands: entry.commands, flags: [], asks: false },
            ...entry.commands.map((command) => place([entry.name, command.name], command)),
          ]
        : [place([entry.name], entry)],
    ),
  ]
}

function flagOf([flags, description]: Option): Flag {
  const [, short, long = "", argument] = /^(?:-(\w), )?(--[\w-]+)(?: <([^>]+)>)?$/.exec(flags) ?? []
  return { long, short, description, takes: argument === undefined ? undefined : valueKind(long, argument) }
}

function valueKind(long: string, argument: string): Flag["takes"] {
  if (long === "--deployment") return "deployment"
  return /^(?:file|directory)$/.test(argument) ? "file" : "value"
}

/** Quotes a text as a single-quoted word of a POSIX shell. */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

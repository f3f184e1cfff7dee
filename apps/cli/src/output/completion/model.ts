import { type CommandDefinition, type CommandGroup, isGroup, type Option } from "../../command.ts"

/** A flag as a shell sees it. */
export interface Flag {
  /** Long form: `--json`. */
  long: string
  /** Short form without the dash: `f`. */
  short: string | undefined
  description: string
  /** What follows the flag: a path, another value, or nothing. */
  takes: "file" | "value" | undefined
}

/** A place on a command line, with the words that may follow. */
export interface Place {
  /** Words after `alien`: none, `deploy`, or `settings get`. */
  path: readonly string[]
  /** Commands that may follow. */
  commands: readonly { name: string; summary: string }[]
  flags: readonly Flag[]
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
  const place = (path: readonly string[], { options, connects }: CommandDefinition): Place => ({
    path,
    commands: [],
    flags: [...options, ...(connects ? CONNECTS : []), ...COMMON].map(flagOf),
  })
  return [
    { path: [], commands, flags: ROOT.map(flagOf) },
    ...commands.flatMap((entry) =>
      isGroup(entry)
        ? [
            { path: [entry.name], commands: entry.commands, flags: [] },
            ...entry.commands.map((command) => place([entry.name, command.name], command)),
          ]
        : [place([entry.name], entry)],
    ),
  ]
}

function flagOf([flags, description]: Option): Flag {
  const [, short, long = "", argument] = /^(?:-(\w), )?(--[\w-]+)(?: <(\w+)>)?$/.exec(flags) ?? []
  const takes = argument && (/^(?:file|directory)$/.test(argument) ? "file" : "value")
  return { long, short, description, takes: takes || undefined }
}

/** Quotes a text as a single-quoted word of a POSIX shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

import { codeOf, nearest, problem } from "@alienplatform/core/error"
import { CommanderError } from "commander"
import { isGroup } from "./command.ts"
import { buildProgram, definitionOf, fullName } from "./command-tree.ts"
import { COMMANDS } from "./commands/index.ts"
import type { Context } from "./context.ts"
import { EXIT, exitCodeOf } from "./exit-code.ts"
import { errorJson, renderFailure } from "./output/failure.ts"
import { safeContext } from "./output/safe-output.ts"
import { paintFor } from "./output/style.ts"
import { systemProblem } from "./output/system-problem.ts"

/** Runs one command line and returns its exit code; never throws. */
export async function run(given: readonly string[], unsafe: Context): Promise<number> {
  const { argv, passedOn } = splitPassedOn(given)
  const context = safeContext(unsafe, argv.includes("--json"))
  try {
    if (given[0] === "__complete") return (await import("./complete/complete.ts")).complete(given.slice(1), context)
    let exitCode: number = EXIT.ok
    const finish = (code: number) => {
      exitCode = code
    }
    const program = buildProgram({ context, passedOn, finish })
    await program.parseAsync(argv, { from: "user" })
    return exitCode
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.ok
    if (thrown instanceof CommanderError && thrown.code === "commander.help") return EXIT.invalid
    const failed = systemProblem(thrown) ?? thrown
    const error = thrown instanceof CommanderError ? usageProblem(thrown, argv) : orInterrupted(failed, context)
    report(error, argv, context)
    return exitCodeOf(error)
  }
}

/** Takes off what follows `--` where the command hands it to another program, whose options are not ours. */
function splitPassedOn(given: readonly string[]): { argv: readonly string[]; passedOn: readonly string[] } {
  const end = definitionOf(given)?.passesOn ? given.indexOf("--") : -1
  return end < 0 ? { argv: given, passedOn: [] } : { argv: given.slice(0, end), passedOn: given.slice(end + 1) }
}

/** Converts commander's error to one of ours. */
function usageProblem(error: CommanderError, argv: readonly string[]): Error {
  const [first = "", ...rest] = error.message.split("\n")
  const message = first.replace(/^error: /, "")
  const meant = rest.join(" ").replace(/^\(Did you mean (.*)\?\)$/, "did you mean: $1?")
  if (error.code === "commander.unknownCommand") {
    const group = COMMANDS.find((entry) => isGroup(entry) && entry.name === argv[0])
    const [, word = ""] = /'(.*)'/s.exec(message) ?? []
    const known = group && isGroup(group) ? group.commands : COMMANDS
    const command = nearest(
      word,
      known.map(({ name }) => name),
    )
    return problem("unknown_command", {
      message,
      hint: command
        ? `did you mean: ${command}?`
        : `\`alien ${group ? `${group.name} ` : ""}--help\` lists the commands`,
    })
  }
  const definition = definitionOf(argv)
  return problem("usage_invalid", {
    message,
    hint: meant || `\`alien ${definition ? fullName(definition) : "COMMAND"} --help\` shows how it is called`,
  })
}

/**
 * The error to report: a request that Ctrl-C ended fails as if the manager were unreachable, so `interrupted` is
 * reported.
 */
const orInterrupted = (error: unknown, { interrupts }: Context): unknown =>
  interrupts.signal.aborted && codeOf(error) !== "detached"
    ? problem("interrupted", { message: "interrupted", cause: error })
    : error

function report(error: unknown, argv: readonly string[], context: Context): void {
  const failed = { error: errorJson(error) }
  const isLong = definitionOf(argv)?.long
  if (argv.includes("--json")) context.stdout.write(`${JSON.stringify(isLong ? { result: failed } : failed)}\n`)
  else if (codeOf(error) === "detached") context.stderr.write(`\n${errorJson(error).message}\n`)
  else if (codeOf(error) !== "interrupted")
    context.stderr.write(renderFailure(error, paintFor(context.stderr, context.env)))
}

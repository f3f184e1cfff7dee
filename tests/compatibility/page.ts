import { REMARKS, RUN, refusalOf } from "./outcomes.ts"
import { builders, type RecordedOperation, type Recording, recordings } from "./recording.ts"

const TABLE = /(?<=<!-- compatibility -->\n)[\s\S]*?(?=<!-- end of compatibility -->)/

/** Replaces the table of compatibility between the page's marks by what the recordings say. Throws when it has no marks. */
export function compatibilityPage(document: string, all: readonly Recording[] = recordings()): string {
  if (!TABLE.test(document))
    throw new Error("docs/api.md has no <!-- compatibility --> … <!-- end of compatibility -->")
  return document.replace(
    TABLE,
    () => `\n${clientTable(all)}\n\n${operationTable(all)}\n\n${others(all)}\n\n${builderLine()}\n`,
  )
}

const clientTable = (all: readonly Recording[]): string =>
  table(
    ["client", "language", "operations taken", "recorded"],
    [
      ...all.map((one) => {
        const taken = one.operations.filter((operation) => verdictOf(operation) !== "refused")
        return [nameOf(one), one.language, `${taken.length} of ${one.operations.length}`, one.recorded]
      }),
    ],
  )

function operationTable(all: readonly Recording[]): string {
  const names = [...new Set(all.flatMap(({ operations }) => operations.map(({ operation }) => operation)))].sort()
  return table(
    ["operation", ...all.map(nameOf), "remark"],
    names.map((name) => {
      const of = all.map(({ operations }) => operations.find(({ operation }) => operation === name))
      const [any] = of.filter((one) => one !== undefined)
      const remark = [...(REMARKS[name] ? [REMARKS[name]] : []), ...refusalsOf(of)].join("; ")
      return [`\`${any?.method} ${any?.path}\``, ...of.map((one) => (one ? verdictOf(one) : "has none")), remark]
    }),
  )
}

type Verdict = "taken" | "taken in part" | "refused"

function verdictOf({ operation, calls }: RecordedOperation): Verdict {
  const refused = calls.filter(({ asks }) => refusalOf(operation, asks)).length
  if (refused === 0) return "taken"
  return refused === calls.length ? "refused" : "taken in part"
}

/** `refused with CODE: what, what (instead …)`, one for each code. */
function refusalsOf(all: readonly (RecordedOperation | undefined)[]): string[] {
  const refused = all.flatMap((one) =>
    (one?.calls ?? []).flatMap(({ asks }) => refusalOf(one?.operation ?? "", asks) ?? []),
  )
  const byCode = Map.groupBy(new Set(refused), ({ code }) => code)
  return [...byCode].map(([code, some]) => {
    const what = some.map(({ asks, instead }) => (instead === undefined ? asks : `${asks} (instead: ${instead})`))
    return `refused with \`${code}\`: ${what.join(", ")}`
  })
}

const others = (all: readonly Recording[]): string =>
  all
    .filter((one) => one.others.length > 0)
    .map((one) => {
      const list = one.others.map((other) => `\`${other}\``).join(", ")
      return `Of ${nameOf(one)}, ${one.others.length} more are answered 404 \`not_found\`: ${list}.`
    })
    .join("\n\n")

function builderLine(): string {
  const { programs, ...recording } = builders()
  const named = (classes: readonly string[]) => [...new Set(classes)].map((name) => `\`${name}\``).join(", ")
  const [run, refused] = [true, false].map((runs) =>
    programs.map((one) => one.class).filter((name) => RUN.includes(name) === runs),
  )
  return `What the builders of ${nameOf(recording)} make of ${named(run ?? [])} is taken, and made here by the same calls. ${named(refused ?? [])} can be declared, and are refused with \`resource_not_supported\` when the stack is built.\n`
}

const nameOf = ({ client, version }: Pick<Recording, "client" | "version">): string => `\`${client}\` ${version}`

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

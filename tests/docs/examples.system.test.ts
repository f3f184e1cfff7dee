import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { isGroup } from "@alienplatform/cli/command"
import { COMMANDS, ROOT_EXAMPLES } from "@alienplatform/cli/commands"
import { expect, test } from "vitest"
import { openTerminal } from "../../scripts/transcripts/terminal.ts"
import { openSandbox } from "../harness/sandbox.ts"

/** An example that does not end with 0 where nobody sits at a terminal. */
interface Other {
  /** Exit code with which it ends. */
  exit: number
  because: string
}

/** Examples that cannot run here at all. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "alien dev": "runs until Ctrl-C; apps/cli/src/dev/dev.test.ts runs it",
  "alien dev --stack ./shop/alien.ts": "runs until Ctrl-C",
  "alien serve": "runs until Ctrl-C; the manager of these examples is one",
  "alien serve --data /var/lib/alien --port 7400": "runs until Ctrl-C, in a folder that needs root",
  "alien stop --data /var/lib/alien": "a folder that needs root",
  "alien login https://manager.example.com": "a manager of somebody else",
  "alien image build --base node:24-slim --output ./image": "a registry of somebody else",
  "alien image build api --base node:24-slim --push ghcr.io/acme/api:v1": "a registry of somebody else",
  "alien image copy ghcr.io/acme/api:v1 registry.example.com/mirror/api:v1 --platform linux/arm64":
    "registries of somebody else",
}

const ASKS: Other = { exit: 2, because: "asks a person" }

const OTHER: Readonly<Record<string, Other>> = {
  "alien deploy shop": ASKS,
  "alien deploy shop --settings shop.json": ASKS,
  "alien deploy shop --adopt DEPLOYMENT": { exit: 2, because: "a deployment of that name is there" },
  "alien destroy shop": ASKS,
  "alien destroy shop --forget": ASKS,
  "alien env set shop STRIPE_KEY --secret": ASKS,
  "alien tokens revoke TOKEN": ASKS,
  "alien settings diff shop --file shop.json": { exit: 1, because: "it finds a difference, as diff does" },
}

/** What has to be done before an example, where the one before leaves something else. */
const BEFORE: Readonly<Record<string, string>> = {
  "alien init": "mkdir empty-1 && cd empty-1",
  "alien init --yes": "mkdir empty-2 && cd empty-2",
  "alien init shop --template container": "mkdir empty-3 && cd empty-3",
  "alien rollback shop": "alien deploy shop --yes --stack other.ts > /dev/null 2>&1",
}

const STACK = (text: string) => `import * as alien from "@alienplatform/core"
const api = new alien.Worker("api")
  .code({ type: "source", src: "./${text}", toolchain: { type: "typescript" } })
  .publicEndpoint("web").build()
export default new alien.Stack("shop").add(api, "live").build()
`
const WORKER = (text: string) => `export default { fetch: () => new Response("${text}") }\n`

const all = [
  ...new Set([
    ...ROOT_EXAMPLES,
    ...COMMANDS.flatMap((entry) => (isGroup(entry) ? entry.commands : [entry])).flatMap(({ examples }) => examples),
  ]),
]

test("every example of every --help does what it says, or is named with the reason why it is not run", async () => {
  await using sandbox = await openSandbox()
  await using terminal = await openTerminal(sandbox)
  const folder = join(terminal.folder, "work")
  for (const name of ["api", "other"]) {
    await mkdir(join(folder, name), { recursive: true })
    await writeFile(join(folder, name, "index.ts"), WORKER(name))
  }
  await writeFile(join(folder, "alien.ts"), STACK("api"))
  await writeFile(join(folder, "other.ts"), STACK("other"))
  await writeFile(join(folder, "shop.json"), JSON.stringify({ updates: "auto" }))
  await writeFile(join(folder, "key.txt"), "s3cret\n")
  const { url, token = "" } = await sandbox.serve()
  await writeFile(join(folder, "token.txt"), token)
  const known = { ALIEN_MANAGER_URL: url, ALIEN_TOKEN: token }
  const prepare = [
    `cd ${folder}`,
    ...Object.entries(known).map(([name, value]) => `export ${name}=${value}`),
    "alien deploy shop --yes > /dev/null 2>&1",
  ]
  expect((await terminal.run(prepare.join("\n"))).exit).toBe(0)
  const read = async (script: string) => (await terminal.run(`${script} 2> /dev/null`)).stdout.trim()
  const ids = {
    RELEASE: await read(`alien releases --json | grep -o 'rel_[a-z0-9]*' | head -1`),
    DEPLOYMENT: await read(`alien list --json | grep -o 'dep_[a-z0-9]*' | head -1`),
    TOKEN: await read(
      `alien tokens create --role customer --deployment shop --json | grep -o 'tok_[a-z0-9]*' | head -1`,
    ),
  }

  const wrong: string[] = []
  const ran: string[] = []
  for (const example of inOrder(all.filter((example) => !Object.hasOwn(NOT_RUN, example)))) {
    const general = GENERAL.reduce((text, [id, name]) => text.replace(id, name), example)
    const { exit } = OTHER[general] ?? { exit: 0 }
    const filled = Object.entries(ids)
      .reduce((text, [name, id]) => text.replace(name, id), general)
      .replace("http://127.0.0.1:7400", url)
    // What follows without end is interrupted: timeout's own exit code is 124.
    const endless = /--follow|^alien serve --public-url/.test(general)
    await writeFile(join(folder, "example.sh"), `${BEFORE[general] ?? ""}\n${filled}\n`)
    const result = await terminal.run(`cd ${folder}; timeout --signal=INT ${endless ? 4 : 60} bash example.sh`)
    ran.push(example)
    if (result.exit !== (endless ? 124 : exit))
      wrong.push(`$ ${example}\n${result.shown}ended with ${result.exit}, not ${exit}`)
  }
  expect(wrong.join("\n\n")).toBe("")
  expect(ran.length + Object.keys(NOT_RUN).length).toBe(all.length)
}, 400_000)

/** Ids that examples show, and the name of what stands there in a real one. */
const GENERAL: readonly (readonly [RegExp, string])[] = [
  [/\brel_[a-z0-9]{16}\b/, "RELEASE"],
  [/\bdep_[a-z0-9]{16}\b/, "DEPLOYMENT"],
  [/\btok_[a-z0-9]{16}\b/, "TOKEN"],
]

/** What deletes comes last. */
const inOrder = (examples: readonly string[]): string[] => {
  const late = [/rollback/, /destroy shop$/, /destroy shop --forget/, /destroy shop --yes/, /for deleted/]
  const rank = (example: string) => late.findIndex((pattern) => pattern.test(example)) + 1
  return [...examples].sort((left, right) => rank(left) - rank(right))
}

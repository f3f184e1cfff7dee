import { didYouMean, problem } from "@alienplatform/core/error"
import type { Action } from "../command.ts"
import type { Context } from "../context.ts"
import { parseDurationMs } from "../duration.ts"
import { connect, type ManagerClient } from "../manager/client.ts"
import { chooseForChange, type Deployment } from "../manager/find-deployment.ts"
import { splitName } from "../manager/split-name.ts"
import { type ChangeOptions, reportChange } from "../release/report-change.ts"

export interface EnvSetOptions extends ChangeOptions {
  secret?: boolean
  resource?: string[]
}

/**
 * `alien env set [NAME] KEY=VALUE…`: KEY alone is asked for on a terminal and read from stdin elsewhere.
 * `--json`: at last `{"result": {verdict, deploymentId, set}}`, names only.
 */
export const envSet: Action<EnvSetOptions> = async (args, options, context) => {
  const timeoutMs = parseDurationMs(options.timeout, 15 * 60_000, "--timeout")
  const { name, rest } = splitName(args)
  const given = rest.map(assignmentOf)
  checkNames(given.map(({ name }) => name))
  const client = await connect(options, context)
  const before = await chooseForChange(client, name, context)
  const targetResources = await resourcesOf(options.resource, before, client)
  const values = await valuesOf(given, options, context)
  const type = options.secret ? ("secret" as const) : ("plain" as const)
  const environmentVariables = [...values].map(([name, value]) => ({ name, value, type, targetResources }))
  const deployment = await client.updateDeployment(before.id, { environmentVariables })

  if (options.secret && given.some(({ value }) => value !== undefined))
    context.stderr.write(
      "A value on the command line is in the shell's history and was in the list of processes. Next time give KEY alone.\n",
    )
  const lines = [...values].map(([name, value]) => `${name}=${options.secret ? "(secret)" : value}`)
  return reportChange({ deployment, lines, timeoutMs, result: { set: [...values.keys()] } }, options, client, context)
}

interface Assignment {
  name: string
  value: string | undefined
}

function assignmentOf(text: string): Assignment {
  const at = text.indexOf("=")
  return at < 0 ? { name: text, value: undefined } : { name: text.slice(0, at), value: text.slice(at + 1) }
}

function checkNames(names: readonly string[]): void {
  const wrong = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (names.length > 0 && wrong === undefined && twice === undefined) return
  throw problem("usage_invalid", {
    message:
      wrong !== undefined
        ? `${JSON.stringify(wrong)} is no name of a variable`
        : twice !== undefined
          ? `${twice} is there twice`
          : "no variable was given",
    hint: "alien env set NAME KEY=VALUE…, or KEY alone to be asked for the value",
  })
}

async function resourcesOf(
  wanted: readonly string[] | undefined,
  { id, name }: Deployment,
  client: ManagerClient,
): Promise<string[] | null> {
  if (wanted === undefined) return null
  const known = Object.keys((await client.info(id)).resources)
  const unknown = wanted.find((resource) => !known.includes(resource))
  // Before its first release a deployment has none, and any may come.
  if (unknown === undefined || known.length === 0) return [...wanted]
  throw problem("resource_unknown", { message: `${name} has no resource ${unknown}${didYouMean(unknown, known)}` })
}

async function valuesOf(
  given: readonly Assignment[],
  { json, secret }: EnvSetOptions,
  context: Context,
): Promise<Map<string, string>> {
  const open = given.filter(({ value }) => value === undefined)
  const person = context.stdin.isTTY === true && context.stdout.isTTY === true && !json
  if (open.length > 1 && !person)
    throw problem("usage_invalid", {
      message: `${open.map(({ name }) => name).join(" and ")} have no value, and stdin gives only one`,
      hint: "set them one after the other",
    })
  const values = new Map<string, string>()
  for (const { name, value } of given) {
    const read =
      value ??
      (person ? await context.askSecret(`Value of ${name}`) : (await context.readStdin()).replace(/\r?\n$/, ""))
    if (read === undefined) throw problem("interrupted", { message: "interrupted" })
    if (read === "" && value === undefined)
      throw problem("usage_invalid", {
        message: `no value was given for ${name}`,
        hint: secret ? `alien env set NAME ${name} --secret < FILE` : `an empty one is set with ${name}=`,
      })
    values.set(name, read)
  }
  return values
}

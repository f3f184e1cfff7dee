import { run } from "../program.ts"
import { fakeContext, type Given } from "./fake-context.ts"
import { aDeployment, anInfo, fakeManager, type Replies } from "./fake-manager.ts"

/** A fake manager with one deployment, `shop`, whose endpoint `api.web` is ready. */
export const shopManager = (replies: Replies = {}) =>
  fakeManager({
    "GET /v1/deployments": ({ line }) => ({
      json: { items: !line.includes("name=") || line.includes("name=shop") ? [aDeployment()] : [] },
    }),
    "GET /v1/deployments/dep_shop": { json: aDeployment() },
    "GET /v1/deployments/dep_shop/info": { json: anInfo() },
    ...replies,
  })

/** Runs `alien …` against a fake manager. */
export async function alien({ url }: { url: string }, argv: readonly string[], given: Given = {}) {
  const context = fakeContext({ env: { ALIEN_MANAGER_URL: url, ALIEN_TOKEN: "t0ken" }, ...given })
  return { exit: await run(argv, context), out: context.out, err: context.err }
}

/** Parses the last document that a command with --json printed. */
export const lastOf = (out: string): unknown => JSON.parse(out.trimEnd().split("\n").at(-1) ?? "")

/** Makes a reply that gives one answer after the other, and then the last one forever. */
export const inTurn = (...answers: unknown[]) => {
  let index = 0
  return () => ({ json: answers[Math.min(index++, answers.length - 1)] })
}

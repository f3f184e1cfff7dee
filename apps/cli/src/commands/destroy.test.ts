import { expect, test } from "vitest"
import { run } from "../program.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { aDeployment, anInfo, fakeManager, notFound, type Replies } from "../testing/fake-manager.ts"

const manager = (replies: Replies = {}) =>
  fakeManager({
    "GET /v1/deployments": {
      json: {
        items: [
          aDeployment({
            stackSettings: {
              domains: {
                customDomains: {
                  api: { domain: "api.corp.example", certificate: { local: { certificateFile: "/etc/api.pem" } } },
                },
              },
            },
          }),
        ],
      },
    },
    "GET /v1/deployments/dep_shop/info": { json: anInfo() },
    "POST /v1/deployments/dep_shop/delete": { status: 202, json: aDeployment({ status: "deleting", generation: 3 }) },
    "GET /v1/deployments/dep_shop": { json: aDeployment({ status: "deleted" }) },
    ...replies,
  })

async function alien({ url }: { url: string }, ...argv: string[]) {
  const context = fakeContext({ env: { ALIEN_MANAGER_URL: url, ALIEN_TOKEN: "t" } })
  return { exit: await run(argv, context), out: context.out, err: context.err }
}

test("it says what goes and what stays, and waits until it is gone", async () => {
  let asked = 0
  await using server = await manager({
    "GET /v1/deployments/dep_shop": () => ({ json: aDeployment({ status: asked++ < 2 ? "deleting" : "deleted" }) }),
  })
  const { exit, out } = await alien(server, "destroy", "shop", "--yes")
  expect(exit).toBe(0)
  expect(out).toContain("https://api.shop.localhost:8443")
  expect(out).toContain("Stays, because it is the customer's:\n  certificate /etc/api.pem")
  expect(out).toContain("shop is deleted.")
  expect(server.seen.find(({ line }) => line.endsWith("/delete"))?.json).toEqual({ action: "cleanup" })
})

test("a deployment that the manager has forgotten already is deleted, so it is fine", async () => {
  const { json, status = 404 } = notFound("deployment")
  await using server = await manager({
    "GET /v1/deployments/dep_shop": { status, json: { ...(json as object), context: {} } },
  })
  expect((await alien(server, "destroy", "shop", "--yes")).exit).toBe(0)
})

test("where nobody can answer it needs --yes, and nothing is deleted", async () => {
  await using server = await manager()
  const { exit, err } = await alien(server, "destroy", "shop")
  expect(exit).toBe(2)
  expect(err).toContain("code  confirmation_required")
  expect(server.lines().some((line) => line.endsWith("/delete"))).toBe(false)
})

test("a deletion that failed is exit code 1, and it gives the manager's reason", async () => {
  const error = { code: "access_lost", message: "the role is gone", retryable: false, internal: false, context: {} }
  await using server = await manager({
    "GET /v1/deployments/dep_shop": {
      json: aDeployment({ status: "delete-failed", observedGeneration: 3, error, generation: 3 }),
    },
  })
  const { exit, err } = await alien(server, "destroy", "shop", "--yes")
  expect(exit).toBe(1)
  expect(err).toContain("the role is gone (access_lost)")
})

test("it lists the objects to which access was lost, so that the customer can act", async () => {
  const objects = [
    { node: "api/function", type: "aws.lambda.Function", id: "shop-api" },
    { node: "api/role", type: "aws.iam.Role", id: null },
  ]
  const lost = { code: "access_lost", message: "denied", hint: "give access again", retryable: false, internal: false }
  await using server = await manager({
    "GET /v1/deployments/dep_shop": {
      json: aDeployment({ status: "delete-failed", observedGeneration: 3, error: { ...lost, context: { objects } } }),
    },
  })
  const { err } = await alien(server, "destroy", "shop", "--yes")
  expect(err).toContain("aws.lambda.Function shop-api\n    aws.iam.Role of api/role\n")
  expect(err).toContain("hint  give access again")
})

test("it says what still goes slowly, and does not wait for that", async () => {
  const why = { code: "deleting", message: "it is being deleted" }
  const cleanup = [{ node: "_stack/subnet", type: "aws.ec2.Subnet", id: "subnet-1", name: "shop", why }]
  await using server = await manager({
    "GET /v1/deployments/dep_shop": { json: aDeployment({ status: "deleted", cleanup }) },
  })
  const { exit, out } = await alien(server, "destroy", "shop", "--yes")
  expect(exit).toBe(0)
  expect(out).toMatch(/shop is deleted\. These go slowly[\s\S]*aws\.ec2\.Subnet +subnet-1 +it is being deleted/)
  expect((await alien(server, "destroy", "shop", "--yes", "--json")).out).toContain(
    JSON.stringify({ cleanup }).slice(1, -1),
  )
})

test.each([
  ["detach", "It cannot be taken back.", "shop is detached; what was made for it stays."],
  ["forget", "it can be taken back later.", "alien deploy shop --adopt dep_shop"],
])("with --%s nothing goes, and it says what stays and how", async (action, before, after) => {
  await using server = await manager()
  const { exit, out } = await alien(server, "destroy", "shop", "--yes", `--${action}`)
  expect(exit).toBe(0)
  expect(server.seen.find(({ line }) => line.endsWith("/delete"))?.json).toEqual({ action })
  for (const text of [before, after, "Deletes nothing of shop", "https://api.shop.localhost:8443"])
    expect(out).toContain(text)
  expect(out).not.toContain("is deleted")
})

test("--detach and --forget exclude each other, so nothing is asked of the manager", async () => {
  await using server = await manager()
  const { exit, err } = await alien(server, "destroy", "shop", "--yes", "--detach", "--forget")
  expect(exit).toBe(2)
  expect(err).toContain("code  usage_invalid")
  expect(server.lines()).toEqual([])
})

test("with --json the last document is the result", async () => {
  await using server = await manager()
  const { out } = await alien(server, "destroy", "shop", "--yes", "--json")
  expect(JSON.parse(out.trimEnd().split("\n").at(-1) ?? "")).toEqual({
    result: { status: "deleted", deploymentId: "dep_shop", action: "cleanup", cleanup: [] },
  })
})

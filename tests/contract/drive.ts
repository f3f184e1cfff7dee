import type { ContractManager } from "./manager.ts"
import { shopStack, unsupportedStack } from "./stack.ts"

/** Calls every route of the contract as its clients do, for each status that it can be made to answer with. */
export async function driveEverything(manager: ContractManager): Promise<void> {
  await askBeforeAnything(manager)
  await createReleases(manager)
  const id = await createDeployments(manager)
  await readAndUpdate(manager, id)
  await askAsOthers(manager, id)
  await deleteAll(manager, id)
}

async function askBeforeAnything({ ask }: ContractManager): Promise<void> {
  await ask("GET", "/health", { token: null })
  await ask("GET", "/v1/whoami")
  await ask("GET", "/v1/releases/latest")
  await ask("GET", "/v1/releases")
  await ask("GET", "/v1/deployments")
}

async function createReleases({ ask }: ContractManager): Promise<void> {
  const minimal = { stack: { test: shopStack(1) }, projectId: "default" }
  const { body } = await ask("POST", "/v1/releases", { body: minimal })
  const gitMetadata = { commitMessage: null, commitRef: null, commitSha: null }
  await ask("POST", "/v1/releases", { body: { ...minimal, gitMetadata } })
  const committed = { commitMessage: "feat: shop", commitRef: "refs/heads/main", commitSha: "0".repeat(40) }
  const stack = { ...absentStacks, test: shopStack(2) }
  await ask("POST", "/v1/releases", { body: { projectId: "default", stack, gitMetadata: committed } })
  await ask("POST", "/v1/releases", { body: { ...minimal, gitMetadata: null } })
  await ask("POST", "/v1/releases", { body: { stack: {}, projectId: "default" } })
  await ask("POST", "/v1/releases", { body: { ...minimal, stack: { test: unsupportedStack() } } })
  await ask("GET", `/v1/releases/${body.id}`)
  await ask("GET", "/v1/releases/latest")
  await ask("GET", "/v1/releases")
  await ask("GET", "/v1/releases/rel_unknown")
}

const absentStacks = { aws: null, gcp: null, azure: null, kubernetes: null, local: null, machines: null }

async function createDeployments({ ask, until }: ContractManager): Promise<string> {
  const minimal = { name: "minimal", platform: "test" }
  const created = await ask("POST", "/v1/deployments", { body: minimal })
  await ask("POST", "/v1/deployments", { body: minimal })
  await ask("POST", "/v1/deployments", {
    body: {
      ...{ name: "nulls", platform: "test" },
      ...{ deploymentGroupId: null, environmentVariables: null, resourcePrefix: null, stackSettings: null },
    },
  })
  const whole = {
    ...{ name: "whole", platform: "test", deploymentGroupId: "default", resourcePrefix: "shop-eu" },
    environmentVariables: [
      { name: "GREETING", value: "hello", type: "plain", targetResources: null },
      { name: "LEVEL", value: "info", type: "plain", targetResources: ["api"] },
      { name: "KEY", value: "a secret value", type: "secret" },
    ],
    stackSettings: { updates: "approval-required" },
  }
  await ask("POST", "/v1/deployments", { body: whole })
  await ask("POST", "/v1/deployments", { body: { ...minimal, resourcePrefix: "another" } })
  await ask("POST", "/v1/deployments", { body: { name: 1, platform: "moon" } })
  await ask("POST", "/v1/deployments", { body: { name: "elsewhere", platform: "machines" } })
  const { id } = created.body.deployment
  await until(`/v1/deployments/${id}`, ({ status }) => status === "running")
  return id
}

async function readAndUpdate({ ask }: ContractManager, id: string): Promise<void> {
  await ask("GET", "/v1/deployments")
  await ask("GET", "/v1/deployments?deploymentGroupId=default&name=minimal")
  await ask("GET", "/v1/deployments?deploymentGroupId=dg_other")
  await ask("GET", "/v1/deployments?include=deploymentGroup")
  await ask("GET", "/v1/deployments?include=deploymentGroup&include=project")
  await ask("GET", `/v1/deployments/${id}`)
  await ask("GET", `/v1/deployments/${id}/info`)
  await ask("POST", `/v1/deployments/${id}/redeploy`)
  await ask("POST", `/v1/deployments/${id}/retry`)
  for (const rest of ["", "/info"]) await ask("GET", `/v1/deployments/dep_unknown${rest}`)
  for (const rest of ["redeploy", "retry"]) await ask("POST", `/v1/deployments/dep_unknown/${rest}`)
  await ask("POST", "/v1/deployments/dep_unknown/delete", { body: { action: "cleanup" } })
  await ask("POST", `/v1/deployments/${id}/delete`, { body: { action: "later" } })
}

/** Makes requests without a token, and with one that does not allow them. */
async function askAsOthers({ ask }: ContractManager, id: string): Promise<void> {
  const made = await ask("POST", "/v1/tokens", { body: { role: "customer", deploymentId: id } })
  const requests: [string, string, unknown?][] = [
    ...["/v1/whoami", "/v1/releases", "/v1/releases/latest", "/v1/releases/rel_x", "/v1/deployments"].map(
      (path): [string, string] => ["GET", path],
    ),
    ["POST", "/v1/releases", {}],
    ["POST", "/v1/deployments", {}],
    ...["", "/info"].map((rest): [string, string] => ["GET", `/v1/deployments/${id}${rest}`]),
    ["POST", `/v1/deployments/${id}/redeploy`],
    ["POST", `/v1/deployments/${id}/retry`],
    ["POST", `/v1/deployments/${id}/delete`, {}],
  ]
  for (const [method, path, body] of requests)
    for (const token of [null, made.body.secret]) await ask(method, path, { body, token })
}

async function deleteAll({ ask, until }: ContractManager, id: string): Promise<void> {
  await ask("POST", `/v1/deployments/${id}/delete`, { body: { action: "cleanup" } })
  await ask("GET", `/v1/deployments/${id}`)
  await until(`/v1/deployments/${id}`, ({ status }) => status === "deleted")
  await ask("GET", `/v1/deployments/${id}/info`)
}

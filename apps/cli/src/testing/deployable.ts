import { aDeployment, anInfo, aPlan, fakeManager, type Replies } from "./fake-manager.ts"

const release = {
  id: "rel_two",
  workspaceId: "default",
  projectId: "default",
  stack: {},
  createdAt: "2030-01-01T00:00:00Z",
}

/** A fake manager without a deployment, which plans, makes and runs `shop` of release `rel_two`. */
export const deployableManager = (replies: Replies = {}) =>
  fakeManager({
    "GET /v1/deployments": { json: { items: [] } },
    "GET /v1/releases/rel_two": { json: release },
    "POST /v1/releases": { status: 201, json: release },
    "POST /v1/deployments": {
      status: 201,
      json: { deployment: aDeployment({ hold: true, status: "pending", generation: 1 }), deploymentModel: "push" },
    },
    "POST /v1/deployments/dep_shop/plan": { status: 202, json: { requestedAt: "2030-01-01T00:00:00Z" } },
    "GET /v1/deployments/dep_shop/plan": { json: aPlan() },
    "POST /v1/plans": { json: aPlan() },
    "POST /v1/deployments/dep_shop/redeploy": { json: aDeployment({ generation: 2 }) },
    "PATCH /v1/deployments/dep_shop": { json: aDeployment() },
    "GET /v1/deployments/dep_shop/info": { json: anInfo() },
    ...replies,
  })

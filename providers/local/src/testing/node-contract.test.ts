import assert from "node:assert/strict"
import { knownValue, type Owner } from "@alienplatform/engine"
import { checkServing } from "@alienplatform/engine/testing"
import { expect, test } from "vitest"
import { defineLocalNode } from "../define.ts"
import { Route } from "../gateway/route.ts"
import { type ContractContext, open, UPSTREAM_SAYS } from "./open.ts"
import { askThrough, startRealGateway } from "./real-gateway.ts"
import { writeCertificate } from "./write-certificate.ts"

const HOST = "old.dev.localhost"
const files = { chainFile: `certificates/${HOST}/a.crt`, keyFile: `certificates/${HOST}/a.key` }

interface RedirectProps {
  host: string
  to: string
}

/** Kept as it should be, in a list of its own that no gateway reads. */
function redirectType() {
  const kept = new Map<string, { props: RedirectProps; owner: Owner }>()
  return defineLocalNode<RedirectProps, { host: string }>({
    type: "local.gateway.Redirect",
    identity: { by: "key", of: ["host"] },
    permissions: { read: [] },
    async read({ id, props }) {
      const host = id ?? knownValue<string>(props.host) ?? ""
      const found = kept.get(host)
      return found && { id: host, ...found, attributes: { host }, status: "settled" }
    },
    async create({ props, owner }) {
      kept.set(props.host, { props, owner })
      return { id: props.host }
    },
    async update({ id, props, owner }) {
      kept.set(id, { props, owner })
    },
    async delete({ id }) {
      kept.delete(id)
    },
  })
}

const ask = async ({ local }: ContractContext) => {
  await writeCertificate(local, { host: HOST, ...files })
  await using gateway = await startRealGateway(local)
  return await askThrough(gateway, HOST, local.authority.certificate)
}

test("it fails a redirect that is kept as it should be, and that no gateway serves", async () => {
  const asked: string[] = []
  const checked = checkServing(redirectType(), {
    open,
    given: () => ({ host: HOST, to: "https://new.dev.localhost/" }),
    serves: async ({ props, context }) => {
      asked.push(props.host)
      const { status, location } = await ask(context)
      assert.deepEqual({ status, location }, { status: 308, location: props.to })
    },
  })
  await expect(checked).rejects.toThrow()
  expect(asked).toEqual([HOST])
})

test("it passes a route to a workload that answers", async () => {
  await checkServing(Route, {
    open,
    given: ({ context }) => ({
      ...{ host: HOST, upstreams: [context.httpPort], ...files, sha256: "a", timeoutSeconds: 5 },
      ...{ deploymentName: "dev", resource: "api", endpoint: "web" },
    }),
    serves: async ({ context }) => assert.equal((await ask(context)).body, UPSTREAM_SAYS),
  })
})

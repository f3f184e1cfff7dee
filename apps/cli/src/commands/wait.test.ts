import { aCondition } from "@alienplatform/core/testing"
import { expect, test } from "vitest"
import { aDeployment, anInfo, fakeManager } from "../testing/fake-manager.ts"
import { alien, inTurn, lastOf, shopManager } from "../testing/shop.ts"

const waiting = anInfo({
  state: "waiting",
  conditions: [
    aCondition(),
    aCondition({ type: "dns", status: "waiting", on: "customer", code: "dns_record_missing" }),
  ],
})
const info = "GET /v1/deployments/dep_shop/info"

test("it waits until every endpoint is ready, also past a person who has to act", async () => {
  await using manager = await shopManager({ [info]: inTurn(anInfo({ state: "provisioning" }), waiting, anInfo()) })
  const { exit, out } = await alien(manager, ["wait", "shop"])
  expect({ exit, out }).toEqual({
    exit: 0,
    out: "RESOURCE   ENDPOINT   STATE   URL\napi        web        ready   https://api.shop.localhost:8443\n",
  })
})

test("what was found for an older generation does not count, so it goes on", async () => {
  await using manager = await shopManager({
    [info]: inTurn(anInfo({}, { observedGeneration: 1 }), anInfo({ state: "provisioning" }), anInfo()),
  })
  expect((await alien(manager, ["wait"])).exit).toBe(0)
  expect(manager.lines().filter((line) => line.endsWith("/info"))).toHaveLength(3)
})

test("a person who has not acted by the timeout is exit code 3, and it says who has to do what", async () => {
  await using manager = await shopManager({ [info]: { json: waiting } })
  const { exit, err } = await alien(manager, ["wait", "shop", "--timeout", "5s"])
  expect(exit).toBe(3)
  expect(err).toContain("code  waiting_on_person")
  expect(err).toContain("hint  see who has to do what: alien status shop")
})

test("a deployment that failed ends it with the reason, and it is exit code 1", async () => {
  const error = { code: "update_failed", message: "it never listened", retryable: false, internal: false }
  await using manager = await shopManager({ [info]: { json: anInfo({}, { status: "update-failed", error }) } })
  const { exit, err } = await alien(manager, ["wait", "shop"])
  expect(exit).toBe(1)
  expect(err).toContain("shop is update-failed: it never listened (update_failed)")
})

const crashed = (fields: object = {}, type: "target" | "certificate" = "target") => {
  const condition = aCondition({ type, status: "failed", on: "vendor", code: "workload_crashed", message: "boom" })
  return anInfo({ state: "failed", conditions: [{ ...condition, observedGeneration: 2 }] }, fields)
}

test.each(["running", "provisioning"] as const)(
  "what has failed and waits for a person ends it at once, with its reason and exit code, while it is %s",
  async (status) => {
    await using manager = await shopManager({ [info]: { json: crashed({ status }) } })
    const { exit, out, err } = await alien(manager, ["wait", "shop"])
    expect(exit).toBe(1)
    expect(err).toContain("✖ wait until shop is ready")
    expect(out).toContain("boom")
    const { out: json } = await alien(manager, ["wait", "shop", "--json"])
    expect(lastOf(json)).toMatchObject({
      result: { hopeless: { resource: "api", condition: { code: "workload_crashed" } } },
    })
    expect(manager.lines().filter((line) => line.endsWith("/info"))).toHaveLength(2)
  },
)

test("what had failed before an update that is under way does not end it, nor what is not waited for", async () => {
  const failed = crashed({ status: "updating" })
  await using updated = await shopManager({ [info]: inTurn(failed, failed, anInfo()) })
  expect((await alien(updated, ["wait", "shop"])).exit).toBe(0)
  await using manager = await shopManager({ [info]: inTurn(crashed({}, "certificate"), anInfo()) })
  expect((await alien(manager, ["wait", "shop", "--for", "target"])).exit).toBe(0)
})

test("while it waits it says once what holds an endpoint up", async () => {
  await using manager = await shopManager({ [info]: inTurn(waiting, waiting, anInfo()) })
  const { err } = await alien(manager, ["wait", "shop"])
  expect(err.match(/dns_record_missing/g)).toHaveLength(1)
})

test.each(["target", "condition=target", "certificate"])(
  "--for %s holds before all is ready, and it is enough; what does not apply holds nobody up",
  async (wanted) => {
    await using manager = await shopManager({ [info]: { json: waiting } })
    expect((await alien(manager, ["wait", "shop", "--for", wanted])).exit).toBe(0)
  },
)

test("--for dns waits for that condition, so it is not there yet", async () => {
  await using manager = await shopManager({ [info]: { json: waiting } })
  expect((await alien(manager, ["wait", "shop", "--for", "dns", "--timeout", "2s"])).exit).toBe(3)
})

test("--for deleted ends when it is gone, and a name that is not there is gone: it is exit code 0", async () => {
  await using manager = await shopManager({
    "GET /v1/deployments/dep_shop": inTurn(aDeployment({ status: "deleting" }), aDeployment({ status: "deleted" })),
  })
  expect(await alien(manager, ["wait", "shop", "--for", "deleted"])).toMatchObject({
    exit: 0,
    out: "shop is deleted.\n",
  })
  expect((await alien(manager, ["wait", "other", "--for", "deleted"])).exit).toBe(0)
})

test("with --json the last document is the result, and it tells what was waited for", async () => {
  await using manager = await shopManager()
  const { out } = await alien(manager, ["wait", "shop", "--json"])
  expect(lastOf(out)).toMatchObject({ result: { for: "ready", deploymentId: "dep_shop", info: { status: "running" } } })
})

test("the first Ctrl-C detaches with the very command that waits again, and it is not 130", async () => {
  const pressed = new AbortController()
  await using manager = await shopManager({ [info]: { json: anInfo({ state: "provisioning" }) } })
  const { exit, err } = await alien(manager, ["wait", "shop", "--for", "reachable", "--endpoint", "api.web"], {
    sleep: async () => pressed.abort(),
    interrupts: { signal: pressed.signal },
  })
  expect(exit).toBe(1)
  expect(err).toContain("Come back with: alien wait shop --for reachable --endpoint api.web\n")
})

test("something else to wait for is refused before anybody is asked, and it says what was meant", async () => {
  await using manager = await fakeManager({})
  const { exit, err } = await alien(manager, ["wait", "shop", "--for", "redy"])
  expect(exit).toBe(2)
  expect(err).toContain("did you mean: ready?")
  expect(manager.seen).toEqual([])
})

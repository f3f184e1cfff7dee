import { expect, test } from "vitest"
import { run } from "../program.ts"
import { fakeContext } from "../testing/fake-context.ts"
import { aDeployment } from "../testing/fake-manager.ts"
import { alien, shopManager } from "../testing/shop.ts"

const offered = async (manager: { url: string }, ...words: string[]) => {
  const { exit, out, err } = await alien(manager, ["__complete", ...words])
  expect({ exit, err }).toEqual({ exit: 0, err: "" })
  return out.split("\n").filter(Boolean)
}

test.each([
  [["status", ""], ["shop"]],
  [["status", "--json", "s"], ["shop"]],
  [["status", "x"], []],
  [["status", "shop", ""], []],
  [["settings", "get", ""], ["shop"]],
  [["env", "set", ""], ["shop"]],
  [["env", "set", "shop", "K"], []],
  [
    ["url", ""],
    ["shop", "api", "api.web"],
  ],
  [
    ["url", "shop", ""],
    ["api", "api.web"],
  ],
  [["url", "shop", "api."], ["api.web"]],
  [["url", "shop", "api", ""], []],
  [
    ["curl", "--deployment", "shop", ""],
    ["api", "api.web"],
  ],
  [
    ["curl", "--deployment=shop", ""],
    ["api", "api.web"],
  ],
  [["curl", "--deployment", ""], ["shop"]],
  [["curl", "--deployment", "=", "sh"], ["shop"]],
  [["curl", "shop", "--", ""], []],
  [["logs", "shop", ""], ["api"]],
  [["explain", "node_too"], ["node_too_old"]],
  [["deploy", "--stack", ""], []],
  [["deploy", "--st"], []],
  [["serve", ""], []],
  [["nothing", ""], []],
  [["status"], []],
  [[""], []],
])("after %j it offers %j", async (words, expected) => {
  await using manager = await shopManager()
  expect(await offered(manager, ...words)).toEqual(expected)
})

test("the manager that the line names is asked, also where bash has split its address", async () => {
  await using manager = await shopManager()
  const context = fakeContext()
  const port = new URL(manager.url).port
  const split = ["http", ":", "//127.0.0.1", ":", port]
  await run(["__complete", "status", "--manager", ...split, "--token", "t0ken", ""], context)
  expect(context.out).toBe("shop\n")
})

test("a name that a shell might expand is left out", async () => {
  const names = ["shop", "$(touch x)", "a b", "`id`"].map((name) => aDeployment({ name }))
  await using manager = await shopManager({ "GET /v1/deployments": { json: { items: names } } })
  expect(await offered(manager, "status", "")).toEqual(["shop"])
})

test("a manager that does not answer in time is not waited for, and nothing is said", async () => {
  const context = fakeContext({
    env: { ALIEN_MANAGER_URL: "http://manager.test", ALIEN_TOKEN: "t0ken" },
    fetch: (_, init) =>
      new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason))),
  })
  expect(await run(["__complete", "status", ""], context)).toBe(0)
  expect({ out: context.out, err: context.err }).toEqual({ out: "", err: "" })
})

test("a token of another installation is not sent", async () => {
  await using manager = await shopManager({
    "GET /health": { json: { status: "ok", installation: `ins_${"a".repeat(16)}` } },
  })
  const context = fakeContext({
    env: { ALIEN_MANAGER_URL: manager.url, ALIEN_TOKEN: `alien_admin_${"z".repeat(16)}_${"x".repeat(26)}` },
  })
  expect(await run(["__complete", "status", ""], context)).toBe(0)
  expect({ out: context.out, err: context.err }).toEqual({ out: "", err: "" })
  expect(manager.seen.filter(({ authorization }) => authorization)).toEqual([])
})

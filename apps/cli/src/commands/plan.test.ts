import { expect, test } from "vitest"
import { deployableManager } from "../testing/deployable.ts"
import { aDeployment, aPlan } from "../testing/fake-manager.ts"
import { alien, inTurn } from "../testing/shop.ts"
import { writeShopStack } from "../testing/shop-stack.ts"

test("`alien plan` prints the plan, and it lets nothing run", async () => {
  await using server = await deployableManager({
    "GET /v1/deployments": { json: { items: [aDeployment()] } },
    "GET /v1/deployments/dep_shop/plan": inTurn(
      aPlan({ createdAt: "2029-12-31T23:59:59Z", text: "an older plan" }),
      aPlan({ status: "planning", text: undefined }),
      aPlan(),
    ),
  })
  const { exit, out } = await alien(server, ["plan", "shop", "--release", "rel_two"])
  expect({ exit, out }).toEqual({ exit: 0, out: "+ create api/process\n" })
  expect(server.lines().filter((line) => line.includes("redeploy"))).toEqual([])
})

test("`alien plan` of a new name makes no deployment, and it says how to install just that", async () => {
  await using server = await deployableManager()
  const { exit, out, err } = await alien(server, ["plan", "shop", "--release", "rel_two"])
  expect({ exit, out }).toEqual({ exit: 0, out: "+ create api/process\n" })
  expect(err).toContain("Install it with: alien deploy shop --release rel_two\n")
  expect(server.lines().filter((line) => /^POST/.test(line))).toEqual(["POST /v1/plans"])
  expect(server.seen.at(-1)?.json).toEqual({ name: "shop", platform: "local", releaseId: "rel_two" })
})

test.each(["plan", "deploy"])(
  "`alien %s --target` builds for those machines, and needs something to build",
  async (command) => {
    await using server = await deployableManager()
    const both = await alien(server, [command, "shop", "--target", "linux-arm64", "--release", "rel_two"])
    expect(both).toMatchObject({ exit: 2, err: expect.stringContaining("--target and --release exclude each other") })
    await using stack = await writeShopStack()
    const unknown = await alien(server, [command, "shop", "--target", "linux-x46"], { cwd: stack.cwd })
    expect(unknown).toMatchObject({ exit: 2, err: expect.stringContaining("linux-x46") })
  },
)

test.each([
  [["deploy", "My Shop"], "for example: my-shop"],
  [["deploy", `${"a".repeat(41)}`], "for example: aaa"],
  [["deploy", "shop", "--platform", "lokal"], "did you mean: local?"],
])("it refuses %j before it asks, builds or makes anything", async (argv, hint) => {
  await using server = await deployableManager()
  const { exit, err } = await alien(server, argv)
  expect(exit).toBe(2)
  expect(err).toContain(hint)
  expect(server.lines()).toEqual([])
})

test("a platform that the manager does not serve is refused before anything is built, so no time is lost", async () => {
  await using server = await deployableManager({
    "POST /v1/plans": {
      status: 422,
      json: { code: "platform_not_supported", message: "no aws here", retryable: false, internal: false },
    },
  })
  const { exit, err } = await alien(server, ["deploy", "shop", "--platform", "aws"])
  expect(exit).toBe(2)
  expect(err).toContain("✖ no aws here")
  expect(err).not.toContain("build the stack")
})

import { expect, test } from "vitest"
import * as alien from "../index.ts"
import { parseStack } from "../stack/parse.ts"
import { violationsThrown } from "../testing/violations-thrown.ts"

const {
  AI,
  ArtifactRegistry,
  Build,
  ComputeCluster,
  Email,
  Key,
  Kv,
  Postgres,
  Queue,
  Sandbox,
  ServiceAccount,
  Storage,
  Vault,
} = alien
const key = new Key("key").build()
const storage = new Storage("my.files")
  .publicRead(false)
  .versioning(true)
  .lifecycleRules([{ days: 30 }])
  .encryptionKey(key)
const others = {
  ai: new AI("a"),
  "artifact-registry": new ArtifactRegistry("a").replicationRegions(["eu-west-1"]),
  build: new Build("a").computeType("small").environment({ A: "1" }).link(key).permissions("builder"),
  "compute-cluster": new ComputeCluster("a").pool("main", { requirements: {} }).containerCidr("10.0.0.0/16"),
  email: new Email("a")
    .domains(["a.example"])
    .domain("b.example")
    .inbound(storage.build())
    .events(new Queue("q").build()),
  "experimental/aws-opensearch": new alien.experimental.AwsOpenSearch("a").collectionType("search").capacity({}),
  key: new Key("a"),
  kv: new Kv("a"),
  postgres: new Postgres("a").version("17").cpu("1").memory("1Gi").storage("20Gi").highAvailability(),
  queue: new Queue("a"),
  sandbox: new Sandbox("a").code({}).limits({}).egress({}).session({}).previewPorts([3000]),
  "service-account": new ServiceAccount("a").stackPermissionSet({ id: "x" }),
  storage: new Storage("a").corsAllowedOrigins(["*"]),
  vault: new Vault("a"),
}

test.each(Object.entries(others))(
  "a %s can be declared and added, and building the stack refuses it by name",
  (type, builder) => {
    const stack = new alien.Stack("shop").add(builder.build(), "frozen")
    expect(() => stack.build()).toThrow(`"a" is of type ${type}, which is not run here yet`)
    expect(violationsThrown("stack_invalid", () => stack.build())).toEqual([["resources.a", "resource_not_supported"]])
  },
)

test("keep what they were given, and refer to themselves", () => {
  expect(storage.build().config).toMatchObject({ type: "storage", id: "my.files", versioning: true })
  expect(storage.build().ref()).toEqual({ type: "storage", id: "my.files" })
})

test("a link to one is refused where it stands, with nothing else of it", () => {
  const files = storage.build()
  const api = new alien.Worker("api").code({ type: "image", image: "acme/api" }).link(files).build()
  const stack = new alien.Stack("shop").add(files, "frozen").add(api, "live")
  expect(violationsThrown("stack_invalid", () => stack.build())).toEqual([
    [`resources["my.files"]`, "resource_not_supported"],
    ["resources.api.links[0]", "resource_not_supported"],
  ])
})

test("as JSON of a published builder they are refused the same", () => {
  const json = { id: "shop", resources: { files: { config: { type: "storage", id: "files" }, lifecycle: "frozen" } } }
  expect(violationsThrown("stack_invalid", () => parseStack(json))).toEqual([
    ["resources.files", "resource_not_supported"],
  ])
  const unknown = { id: "shop", resources: { a: { config: { type: "moon", id: "a" }, lifecycle: "frozen" } } }
  expect(violationsThrown("stack_invalid", () => parseStack(unknown))).toEqual([["resources.a.type", "value_unknown"]])
})

test("inputs of a stack, and resources that depend on one, can be declared and are refused by name", () => {
  const common = { providedBy: "deployer", required: true, label: "L", description: "D" }
  const inputs = alien.inputs({
    ...{ region: alien.string(common), key: alien.secret(common), many: alien.stringList(common) },
    ...{ size: alien.integer(common), ratio: alien.number(common), kind: alien.enum(["a", "b"], common) },
    backups: alien.boolean(common),
  })
  expect(inputs.backups).toEqual({ id: "backups", kind: "boolean" })
  const api = new alien.Worker("api").code({ type: "image", image: "acme/api" }).enabled(inputs.backups).build()
  const stack = new alien.Stack("shop").add(api, "live").inputs(inputs)
  expect(violationsThrown("stack_invalid", () => stack.build())).toEqual([
    ["resources.api.enabledWhen", "not_supported"],
    ["inputs", "not_supported"],
  ])
  expect(new alien.Stack("shop").inputs({}).build().resources).toEqual({})
})

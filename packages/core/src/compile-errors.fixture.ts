/**
 * Mistakes that the compiler must find; nothing runs this file. An expectation that no longer fails is itself an
 * error, so every line here holds a type.
 */
import {
  Container,
  Daemon,
  endpointsOf,
  Function as Func,
  Postgres,
  problem,
  Stack,
  Storage,
  type Violation,
  Worker,
} from "./index.ts"

const code = { type: "image", image: "acme/api" } as const
const worker = new Worker("api").code(code)
const container = new Container("web").code(code)
const built = worker.build()

// @ts-expect-error an id is needed
new Worker()
// @ts-expect-error no such kind of code
worker.code({ type: "zip", file: "a.zip" })
// @ts-expect-error source needs a toolchain
worker.code({ type: "source", src: "./api" })
// @ts-expect-error no such toolchain
worker.code({ type: "source", src: "./api", toolchain: { type: "cobol" } })
// @ts-expect-error a Worker has no ports
worker.publicEndpoint("web", 8080)
// @ts-expect-error no such option
worker.publicEndpoint("web", { hostlabel: "hooks" })
// @ts-expect-error of an older version
worker.ingress("public")
// @ts-expect-error variables are strings
worker.environment({ PORT: 8080 })
// @ts-expect-error no such method
worker.readinessProbe({ method: "TRACE" })
// @ts-expect-error a schedule needs a cron expression
worker.trigger({ type: "schedule" })
// @ts-expect-error link takes a built resource
worker.link(new Worker("other"))
// @ts-expect-error a Worker has no replicas
worker.replicas(2)
// @ts-expect-error a Container's endpoint needs a port
container.publicEndpoint("web")
// @ts-expect-error no such protocol
container.publicEndpoint("web", 80, "udp")
// @ts-expect-error only Workers stream
container.publicEndpoint("web", 80, { streaming: true })
// @ts-expect-error of an older version
container.expose("http")
// @ts-expect-error of an older version
container.exposePort(80, "http")
// @ts-expect-error not supported yet
container.persistentStorage("10Gi")
// @ts-expect-error not supported yet
container.stateful(true)
// @ts-expect-error not supported yet
container.commandsEnabled(true)
// @ts-expect-error not supported yet
new Daemon("agent").runtime({ privileged: true })
// @ts-expect-error bounds need a maximum
container.autoScale({ min: 1 })
// @ts-expect-error a Daemon runs once per node
new Daemon("agent").replicas(2)
// @ts-expect-error the customer chooses the network
new Func("api").ingress("vpc")
// @ts-expect-error a Function has no named endpoints
new Func("api").publicEndpoint("web")
// @ts-expect-error a lifecycle is needed
new Stack("s").add(built)
// @ts-expect-error no such lifecycle
new Stack("s").add(built, "dead")
// @ts-expect-error only what was built
new Stack("s").add(worker, "live")
// @ts-expect-error no such platform
new Stack("s").platforms(["amazon"])
// @ts-expect-error a config is needed
endpointsOf(built)
// @ts-expect-error no such code
problem("not_fuond", { message: "" })
// @ts-expect-error no such code
void ({ path: "", code: "key_unknwon", message: "" } satisfies Violation)
// @ts-expect-error no such version
new Postgres("db").version("9")
// @ts-expect-error a Storage has no such call
new Storage("files").queue()
// @ts-expect-error only what was built
new Stack("s").add(new Storage("files"), "frozen")

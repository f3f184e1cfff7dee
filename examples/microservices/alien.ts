import * as alien from "@alienplatform/core"

const toolchain = { type: "typescript" } as const

const inventory = new alien.Container("inventory")
  .code({ type: "source", src: "./inventory", toolchain })
  .publicEndpoint("api", 8080)
  .healthCheck({ path: "/health" })
  .build()

const visits = new alien.Daemon("visits")
  .code({ type: "source", src: "./visits", toolchain })
  .publicEndpoint("metrics", 9100)
  .build()

const storefront = new alien.Worker("storefront")
  .code({ type: "source", src: "./storefront", toolchain })
  .publicEndpoint("web")
  .readinessProbe({ method: "GET", path: "/health" })
  .link(inventory)
  .link(visits)
  .build()

export default new alien.Stack("microservices")
  .add(inventory, "live")
  .add(visits, "live")
  .add(storefront, "live")
  .build()

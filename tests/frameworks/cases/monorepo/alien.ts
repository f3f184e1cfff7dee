import * as alien from "@alienplatform/core"

const app = new alien.Worker("app")
  .code({ type: "source", src: "./apps/api", toolchain: { type: "typescript" } })
  .publicEndpoint("web")
  .build()

export default new alien.Stack("monorepo").add(app, "live").build()

import * as alien from "@alienplatform/core"

const api = new alien.Worker("api")
  .code({ type: "source", src: "./api", toolchain: { type: "typescript" } })
  .publicEndpoint("web")
  .readinessProbe({ method: "GET", path: "/health" })
  .build()

export default new alien.Stack("my-app").add(api, "live").build()

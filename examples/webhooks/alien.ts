import * as alien from "@alienplatform/core"

const api = new alien.Worker("api")
  .code({ type: "source", src: ".", toolchain: { type: "typescript" } })
  .publicEndpoint("webhooks", { hostLabel: "hooks" })
  .readinessProbe({ method: "GET", path: "/health" })
  .build()

export default new alien.Stack("webhooks").add(api, "live").build()

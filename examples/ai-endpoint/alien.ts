import * as alien from "@alienplatform/core"

const ai = new alien.Worker("ai")
  .code({ type: "source", src: ".", toolchain: { type: "typescript" } })
  .publicEndpoint("api", { streaming: true })
  .readinessProbe({ method: "GET", path: "/health" })
  .timeoutSeconds(600)
  .build()

export default new alien.Stack("ai-endpoint").add(ai, "live").build()

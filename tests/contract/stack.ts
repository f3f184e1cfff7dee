import { Container, Stack, Worker } from "@alienplatform/core"

/** A stack of one Worker with two endpoints and one without any. */
export const shopStack = (version = 1) =>
  new Stack("shop")
    .add(new Worker("api").code(image(version)).publicEndpoint("web").publicEndpoint("admin").build(), "live")
    .add(new Worker("jobs").code(image(version)).build(), "live")
    .build()

const image = (version: number) => ({ type: "image" as const, image: `ghcr.io/acme/api:${version}` })

/** A stack with a resource that the test's platform does not run. */
export const unsupportedStack = () =>
  new Stack("shop").add(new Container("gateway").code(image(1)).publicEndpoint("web", 80).build(), "live").build()

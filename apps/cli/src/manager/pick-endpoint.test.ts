import { expect, test } from "vitest"
import { anEndpoint, anInfo } from "../testing/fake-manager.ts"
import { endpointsOf } from "./endpoint-view.ts"
import { pickEndpoint } from "./pick-endpoint.ts"

const known = anInfo().resources.api?.publicEndpoints?.web
if (!known) throw new Error("the fixture has an endpoint")

/** A resource `shop` whose endpoints, in declared order, have these URLs; null: not known yet. */
const shop = (publicUrl: string | null, urls: Readonly<Record<string, string | null>>) =>
  endpointsOf(
    anInfo(
      {},
      {
        resources: {
          shop: {
            resourceType: "container",
            publicUrl,
            publicEndpoints: Object.fromEntries(
              Object.entries(urls).flatMap(([name, url]) =>
                url === null ? [] : [[name, { ...known, url, protocol: url.startsWith("tcp:") ? "tcp" : "http" }]],
              ),
            ),
            endpoints: Object.fromEntries(Object.keys(urls).map((name) => [name, anEndpoint({ hosts: [] })])),
          },
        },
      },
    ),
  )

test.each([
  ["the one that the manager says, not the first", "https://b.test", { z: "https://z.test", b: "https://b.test" }, "b"],
  ["one that is not known yet, as the manager says none", null, { z: "https://z.test", api: null }, "api"],
  ["an http endpoint before a tcp one", "https://web.test", { db: "tcp://db.test:1", web: "https://web.test" }, "web"],
  ["a tcp endpoint where there is no other", null, { db: "tcp://db.test:1" }, "db"],
])("a resource alone means the endpoint of its publicUrl: %s", (_, publicUrl, urls, expected) => {
  expect(pickEndpoint(shop(publicUrl, urls), "shop", "one").endpoint).toBe(expected)
})

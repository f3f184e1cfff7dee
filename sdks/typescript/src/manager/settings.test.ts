import { expect, test } from "vitest"
import { managerSettings } from "./settings.ts"

const ALL = {
  ALIEN_MANAGER_URL: "http://127.0.0.1:7400",
  ALIEN_DEPLOYMENT_ID: "dep_abcdefghijklmnop",
  ALIEN_DEPLOYMENT_TOKEN: "alien_workload_s3cret",
}

test.each([
  ["http://127.0.0.1:7400", "http://127.0.0.1:7400/v1/deployments/dep_abcdefghijklmnop/info"],
  ["https://manager.example.com/alien//", "https://manager.example.com/alien/v1/deployments/dep_abcdefghijklmnop/info"],
])("asks %s at its path", (url, infoUrl) => {
  expect(managerSettings({ ...ALL, ALIEN_MANAGER_URL: url })).toEqual({ infoUrl, token: "alien_workload_s3cret" })
})

test("writes an id into the path as one part of it", () => {
  expect(managerSettings({ ...ALL, ALIEN_DEPLOYMENT_ID: "../x?y" })).toMatchObject({
    infoUrl: "http://127.0.0.1:7400/v1/deployments/..%2Fx%3Fy/info",
  })
})

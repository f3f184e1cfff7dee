import { expect, test } from "vitest"
import { userEnvironment } from "./npm.ts"

test("it keeps the user's npm configuration and drops what is about the checkout", () => {
  const environment = userEnvironment(
    {
      HOME: "/user",
      NPM_CONFIG_REGISTRY: "https://registry.example",
      npm_config_cache: "/user/cache",
      npm_config_local_prefix: "/checkout",
      npm_package_name: "alien",
      npm_lifecycle_event: "pack:check",
      INIT_CWD: "/checkout",
      ALIEN_TOKEN: "secret",
      PATH: "/checkout/node_modules/.bin:/npm/node-gyp-bin:/usr/bin",
    },
    "/sandbox/path",
  )
  expect(environment).toEqual({
    HOME: "/user",
    NPM_CONFIG_REGISTRY: "https://registry.example",
    npm_config_cache: "/user/cache",
    PATH: "/sandbox/path:/usr/bin",
  })
})
